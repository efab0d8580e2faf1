/** `chat completion`: what a shell has to know to complete the commands and flags of this program. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Console from "effect/Console"

/** `root` is the whole program, of which this command is a part. */
export const makeCompletion = (root: () => Command.Command.Any) =>
  Command.make(
    "completion",
    {
      shell: Argument.Literals("shell", ["bash", "zsh", "fish"]).pipe(Argument.withDescription("bash, zsh or fish")),
    },
    ({ shell }) => {
      const script = Completions.generate("chat", shell, Completions.fromCommand(root()))
      // what it says of where it comes from is that of a flag, which is this command here
      return Console.log(script.replace("chat --completions", "chat completion"))
    },
  ).pipe(
    Command.withDescription("Print a script that lets Tab complete commands and flags, for your shell to read"),
    Command.withExamples([
      { command: "source <(chat completion bash)", description: "In ~/.bashrc" },
      { command: "source <(chat completion zsh)", description: "In ~/.zshrc, after compinit" },
      { command: "chat completion fish | source", description: "In ~/.config/fish/config.fish" },
    ]),
  )
