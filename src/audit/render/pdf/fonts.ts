import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTypeOf } from './woff.js'

/**
 * Noto Sans SC in slices of the @fontsource package, OFL 1.1. The large one has Chinese and Latin; the others what it
 * lacks: Latin beyond Western Europe, then signs such as the sum, the root, greater or equal, per mille and arrows.
 * No slice has Greek letters or low figures: `typeset.ts` writes those with what there is. Signs are of one weight.
 */
const SIGN_SLICES = ['latin-ext-400', '90-400', '91-400', '100-400', '106-400', '107-400', '109-400'] as const

/** In the order in which they are asked for a letter. */
export const FONT_SLICES = {
  regular: ['chinese-simplified-400', ...SIGN_SLICES],
  strong: ['chinese-simplified-600', ...SIGN_SLICES],
} as const

export function fontFile(slice: string): string {
  return `noto-sans-sc-${slice}-normal.woff`
}

type Pdf = PDFKit.PDFDocument

/** The faces of one document. Only the letters that are used become part of it. */
export class Fonts {
  readonly #pdf: Pdf
  readonly #slices = new Map<string, (codePoint: number) => boolean>()
  /** Slice that has it, by letter, null where none has; apart for each weight. */
  readonly #found = { regular: new Map<string, string | null>(), strong: new Map<string, string | null>() }

  /** Reads the files from a folder; throws when one is missing: a build copies them there. */
  constructor(pdf: Pdf, folder: string) {
    this.#pdf = pdf
    for (const slice of new Set([...FONT_SLICES.regular, ...FONT_SLICES.strong])) {
      pdf.registerFont(slice, openTypeOf(readFileSync(join(folder, fontFile(slice)))))
    }
  }

  /** Null: it cannot be written. */
  sliceOf(letter: string, isStrong: boolean): string | null {
    const weight = isStrong ? 'strong' : 'regular'
    const known = this.#found[weight].get(letter)
    if (known !== undefined) return known
    const codePoint = letter.codePointAt(0) ?? 0
    const slice = FONT_SLICES[weight].find((name) => this.#has(name, codePoint)) ?? null
    this.#found[weight].set(letter, slice)
    return slice
  }

  /** PDFKit says nowhere which letters a font has; the font that it has opened does. */
  #has(slice: string, codePoint: number): boolean {
    let has = this.#slices.get(slice)
    if (has === undefined) {
      const { _font } = this.#pdf.font(slice) as unknown as OpenedFont
      has = (point) => _font.font.hasGlyphForCodePoint(point)
      this.#slices.set(slice, has)
    }
    return has(codePoint)
  }
}

interface OpenedFont {
  readonly _font: { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } }
}
