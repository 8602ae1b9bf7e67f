import type { Pillar } from '../../../src/base/kpi.js'

/** The tokens as a canvas needs them: resolved colours and ready patterns, for one theme and one pixel ratio. */
export interface Palette {
  readonly ink1: string
  readonly ink3: string
  readonly line: string
  readonly line2: string
  /** Of the pillar: full strength, `--op` and 14 %. */
  readonly full: string
  readonly half: string
  readonly faint: string
  readonly hatch: CanvasPattern
  readonly gap: CanvasPattern
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

export function readPalette(root: HTMLElement, pillar: Pillar, ratio: number): Palette {
  const own = TOKENS[pillar]
  const names = ['ink1', 'ink3', 'ink5', 'line', 'line2', own, `${own}-op`, `${own}-faint`]
  const [ink1, ink3, ink5, line, line2, full, half, faint] = resolve(root, names) as [string, ...string[]]
  return {
    ink1,
    ink3: ink3!,
    line: line!,
    line2: line2!,
    full: full!,
    half: half!,
    faint: faint!,
    hatch: hatch(full!, 5, 1.5, ratio),
    gap: hatch(ink5!, 6, 1, ratio),
  }
}
