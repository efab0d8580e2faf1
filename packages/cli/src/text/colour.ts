/** Colours chosen by how well they can be read: of a hue, the one of a given luminance (WCAG 2). */

export type Rgb = readonly [red: number, green: number, blue: number]

const linear = (channel: number): number => {
  const part = channel / 255
  return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

/** From 0, black, to 1, white. */
export const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

/** From 1, the same, to 21, black on white; text is readable from 4.5 on, and large or strong text from 3. */
export const contrast = (one: Rgb, other: Rgb): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const fromHsl = (hue: number, saturation: number, lightness: number): Rgb => {
  const chroma = saturation * Math.min(lightness, 1 - lightness)
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

/** The colour of a hue (0 to 360) and a saturation (0 to 1) that has the luminance. */
export const ofLuminance = (hue: number, saturation: number, wanted: number): Rgb => {
  let [low, high] = [0, 1]
  for (let step = 0; step < 12; step++) {
    const middle = (low + high) / 2
    if (luminance(fromHsl(hue, saturation, middle)) < wanted) low = middle
    else high = middle
  }
  return fromHsl(hue, saturation, high)
}

const levels = [0, 95, 135, 175, 215, 255] as const

/** The colours 16 to 255 of a terminal with 256: the first 16 are whatever its user has chosen. */
export const palette: ReadonlyArray<readonly [index: number, colour: Rgb]> = [
  ...levels.flatMap((red, r) =>
    levels.flatMap((green, g) =>
      levels.map((blue, b) => [16 + 36 * r + 6 * g + b, [red, green, blue]] as [number, Rgb]),
    ),
  ),
  ...Array.from({ length: 24 }, (_, step): [number, Rgb] => {
    const grey = 8 + 10 * step
    return [232 + step, [grey, grey, grey]]
  }),
]

/** The one of the 256 that is most like a colour, a difference in luminance counting most. */
export const nearestInPalette = (colour: Rgb): number => {
  const bright = luminance(colour)
  const far = (other: Rgb) =>
    Math.hypot(...colour.map((channel, index) => (channel - (other[index] ?? 0)) / 255)) +
    6 * Math.abs(luminance(other) - bright)
  let [best, least] = [16, Infinity]
  for (const [index, other] of palette) {
    const distance = far(other)
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}
