import type { Pillar } from '../../../src/base/kpi.js'

/** Colours and pattern that one mark is drawn with. */
export interface Ink {
  readonly full: string
  /** Fill of measured bars. */
  readonly fill: string
  /** Fill of marks whose value is provisional. */
  readonly faint: string
  readonly hatch: CanvasPattern
}

/** The tokens as a canvas needs them: resolved colours and ready patterns, for one theme and one pixel ratio. */
export interface Palette {
  readonly surface: string
  readonly ink1: string
  readonly ink3: string
  readonly ink4: string
  readonly line: string
  readonly gap: CanvasPattern
  /** Inks of the pillar (`normal`), and of what is over its limit or near it. */
  readonly inks: Readonly<Record<'normal' | 'over' | 'near', Ink>>
}

const TOKENS: Readonly<Record<Pillar, string>> = { green: 'green', intelligent: 'intel', high_end: 'high' }

/** A custom property may still hold `light-dark(…)`: only a colour that is used is resolved. */
function resolve(root: HTMLElement, names: readonly string[]): string[] {
  const probe = root.appendChild(document.createElement('i'))
  const colours = names.map((name) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  })
  probe.remove()
  return colours
}

/** Lines at 45°, `step` apart, in CSS pixels. */
function hatch(colour: string, stepPx: number, widthPx: number, ratio: number): CanvasPattern {
  const size = Math.round(stepPx * Math.SQRT2 * ratio)
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const context = tile.getContext('2d')!
  context.strokeStyle = colour
  context.lineWidth = widthPx * ratio
  for (const shift of [-size, 0, size]) {
    context.beginPath()
    context.moveTo(shift - 1, size + 1)
    context.lineTo(shift + size + 1, -1)
    context.stroke()
  }
  return context.createPattern(tile, 'repeat')!
}

/** Edge, fill and faint fill; a state is never at half strength, or it would not be seen among the others. */
const STATE_INKS = [
  ['over', 'crit', 'crit', 'crit-tint'],
  ['near', 'minor-edge', 'minor-glyph', 'minor-tint'],
] as const

export function readPalette(root: HTMLElement, pillar: Pillar, ratio: number): Palette {
  const own = TOKENS[pillar]
  const plain = resolve(root, ['surface', 'ink1', 'ink3', 'ink4', 'line', 'ink5'])
  const [surface, ink1, ink3, ink4, line, ink5] = plain as [string, string, string, string, string, string]
  const inkOf = (names: readonly string[]): Ink => {
    const [full, fill, faint] = resolve(root, names) as [string, string, string]
    return { full, fill, faint, hatch: hatch(full, 5, 1.5, ratio) }
  }
  const states = Object.fromEntries(STATE_INKS.map(([state, ...names]) => [state, inkOf(names)]))
  return {
    surface,
    ink1,
    ink3,
    ink4,
    line,
    gap: hatch(ink5, 6, 1, ratio),
    inks: { normal: inkOf([own, `${own}-op`, `${own}-faint`]), over: states.over!, near: states.near! },
  }
}
