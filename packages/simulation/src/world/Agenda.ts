/** Something that is to happen at a time. */
export interface Task {
  readonly at: number
  /** Of two at the same time, the one that was planned first comes first. */
  readonly order: number
  /** `undefined`: it was called off. */
  run: (() => void) | undefined
}

const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** What is to happen, the next first: a binary heap. */
export class Agenda {
  private readonly tasks: Array<Task> = []
  private planned = 0

  add(at: number, run: () => void): Task {
    const task: Task = { at, order: this.planned++, run }
    const { tasks } = this
    let place = tasks.push(task) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = tasks[parent]
      if (above === undefined || !isBefore(task, above)) break
      tasks[place] = above
      place = parent
    }
    tasks[place] = task
    return task
  }

  /** When the next thing is to happen. */
  get next(): number | undefined {
    return this.tasks[0]?.at
  }

  take(): Task | undefined {
    const { tasks } = this
    const first = tasks[0]
    const last = tasks.pop()
    if (first === undefined || last === undefined || tasks.length === 0) return first
    let place = 0
    for (;;) {
      const [left, right] = [tasks[2 * place + 1], tasks[2 * place + 2]]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (!isBefore(child, last)) break
      tasks[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }
    tasks[place] = last
    return first
  }
}
