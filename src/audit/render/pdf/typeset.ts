import type { Fonts } from './fonts.js'

export interface Style {
  /** In points. */
  readonly size: number
  readonly strong?: boolean
  readonly color: string
}

interface Run {
  readonly font: string
  readonly size: number
  /** Above the base line, in points. */
  readonly rise: number
  readonly text: string
  readonly width: number
}

export interface TextLine {
  readonly runs: readonly Run[]
  readonly width: number
}

/** Distance between base lines, as a multiple of the size. */
export const LEADING = 1.42

/** Letters that are measured first of a text that may not fit: about as many as a line has. */
const LETTERS_FIRST = 256

const LOW = new Map([...'₀₁₂₃₄₅₆₇₈₉ᵢ'].map((letter, i) => [letter, i < 10 ? String(i) : 'i']))
const HIGH = new Map([
  ['⁰', '0'],
  ['⁻', '\u2212'],
  ['⁺', '+'],
  ['ⁿ', 'n'],
])
/** Greek letters that stand in formulas, as the signs and the unit prefix that look the same. */
const ALIKE = new Map([
  ['Σ', '∑'],
  ['Π', '∏'],
  ['Δ', '∆'],
  ['μ', 'µ'],
])

/** Breaks text into lines and puts it on the page; every letter in a face that has it. */
export class Typesetter {
  readonly #pdf: PDFKit.PDFDocument
  readonly #fonts: Fonts
  readonly #mark: (draw: () => void) => void
  readonly #advances = new Map<string, number>()

  /** @param mark draws as a part of the structure of the document; it may do more around it */
  constructor(pdf: PDFKit.PDFDocument, fonts: Fonts, mark: (draw: () => void) => void = (draw) => draw()) {
    this.#pdf = pdf
    this.#fonts = fonts
    this.#mark = mark
  }

  width(text: string, style: Style): number {
    return this.line(text, style).width
  }

  line(text: string, style: Style): TextLine {
    const runs = this.#runsOf(text, style)
    return { runs, width: runs.reduce((sum, { width }) => sum + width, 0) }
  }

  /** No line is wider than `width`; a word that is, is broken between two letters. */
  lines(text: string, style: Style, width: number): TextLine[] {
    return text.split('\n').flatMap((paragraph) => this.#fill(breakableParts(paragraph), style, width))
  }

  /** The widest thing in it that should stay on one line. */
  widestPiece(text: string, style: Style): number {
    return Math.max(
      0,
      ...text
        .split('\n')
        .flatMap(breakableParts)
        .map((piece) => this.width(piece.trimEnd(), style)),
    )
  }

  draw(line: TextLine, x: number, baseline: number, color: string): void {
    if (line.runs.length === 0) return
    this.#mark(() => {
      let at = x
      for (const { font, size, rise, text, width } of line.runs) {
        this.#pdf.font(font, size).fillColor(color)
        this.#pdf.text(text, at, baseline - rise, { lineBreak: false, baseline: 'alphabetic' })
        at += width
      }
    })
  }

  #fill(pieces: readonly string[], style: Style, width: number): TextLine[] {
    const lines: string[] = []
    let line = ''
    for (const piece of pieces) {
      if (!this.#isWider((line + piece).trimEnd(), style, width)) {
        line += piece
        continue
      }
      if (line !== '') lines.push(line)
      line = piece
      while (this.#isWider(line.trimEnd(), style, width)) {
        const cut = this.#longest(line, style, width)
        lines.push(line.slice(0, cut))
        line = line.slice(cut)
      }
    }
    return [...lines, line].map((text) => this.line(text.trimEnd(), style))
  }

  /** Tells it from the first letters of a text that is much wider: a word of 65,536 letters fills 1,600 lines. */
  #isWider(text: string, style: Style, width: number): boolean {
    for (let end = LETTERS_FIRST; end < text.length; end *= 2) {
      const isWithinLetter = /[\ud800-\udbff]/.test(text.charAt(end - 1))
      // The margin of a point is for sums that are rounded in another order.
      if (this.width(text.slice(0, isWithinLetter ? end - 1 : end), style) > width + 1) return true
    }
    return this.width(text, style) > width
  }

  /** Length of the part of a too wide word that fits, at least one letter of it; rather up to a sign that joins words. */
  #longest(word: string, style: Style, width: number): number {
    let fits = 0
    for (const letter of word) {
      if (fits > 0 && this.width(word.slice(0, fits + letter.length), style) > width) break
      fits += letter.length
    }
    const joint = Math.max(...['-', '_', '.', ':', '/'].map((sign) => word.lastIndexOf(sign, fits - 1))) + 1
    return joint > fits / 2 ? joint : fits
  }

  #runsOf(text: string, { size, strong = false }: Style): Run[] {
    const runs: Run[] = []
    for (const sort of this.#sorts(text, strong)) {
      const scaled = sort.place === 0 ? size : size * 0.74
      const rise = sort.place === 0 ? 0 : size * (sort.place < 0 ? -0.1 : 0.34)
      let width = 0
      for (const letter of sort.text) width += this.#advance(sort.font, letter) * scaled
      runs.push({ font: sort.font, size: scaled, rise, text: sort.text, width })
    }
    return runs
  }

  /**
   * Width of a letter at size 1, asked of the font once: laying out every beginning of every line takes minutes a report.
   * Kerning is left out, which can only make a line shorter than it was computed.
   */
  #advance(font: string, letter: string): number {
    const key = `${font} ${letter}`
    let advance = this.#advances.get(key)
    if (advance === undefined) {
      advance = this.#pdf.font(font, 1).widthOfString(letter)
      this.#advances.set(key, advance)
    }
    return advance
  }

  /** Neighbours of one face and height together. */
  #sorts(text: string, strong: boolean): Sort[] {
    const sorts: Sort[] = []
    for (const letter of text) {
      for (const sort of this.#sortsOf(letter, strong)) {
        const last = sorts.at(-1)
        if (last?.font === sort.font && last.place === sort.place) last.text += sort.text
        else sorts.push(sort)
      }
    }
    return sorts
  }

  /** A letter that no face has is written by its number, so that it is missed by nobody. */
  #sortsOf(letter: string, strong: boolean): Sort[] {
    const low = LOW.get(letter)
    if (low !== undefined) return this.#sortsOf(low, strong).map((sort) => ({ ...sort, place: -1 }))
    const high = HIGH.get(letter)
    if (high !== undefined) return this.#sortsOf(high, strong).map((sort) => ({ ...sort, place: 1 }))
    const written = /\p{Cc}|\p{Zs}/u.test(letter) ? ' ' : (ALIKE.get(letter) ?? letter)
    const font = this.#fonts.sliceOf(written, strong)
    if (font !== null) return [{ font, place: 0, text: written }]
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return [...`[U+${code}]`].flatMap((sign) => this.#sortsOf(sign, strong))
  }
}

interface Sort {
  readonly font: string
  /** -1 low, 1 high. */
  readonly place: -1 | 0 | 1
  text: string
}

const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3ffff}]/u
const CLOSING = new Set('，。、；：！？）》」』】〉〕％℃…,.;:!?)]}%”’·')
const OPENING = new Set('（《「『【〈〔([{“‘')

/**
 * Splits a text where a line may end: after spaces, and between two Chinese characters, but not before what
 * closes or after what opens. Together the pieces are the text. Source: the rules of GB/T 15834 and UAX 14, in short.
 */
export function breakableParts(text: string): string[] {
  const pieces: string[] = []
  let piece = ''
  let before = ''
  for (const letter of text) {
    if (piece !== '' && mayBreak(before, letter)) {
      pieces.push(piece)
      piece = ''
    }
    piece += letter
    before = letter
  }
  return piece === '' && pieces.length > 0 ? pieces : [...pieces, piece]
}

function mayBreak(before: string, after: string): boolean {
  if (after === ' ' || CLOSING.has(after) || OPENING.has(before)) return false
  if (before === ' ') return true
  return WIDE.test(before) || WIDE.test(after)
}
