/**
 * Structure of a PDF for readers that do not see it: what is a heading, a table, a cell, and in which order. Every drawing is content of
 * an element of that tree, or an artifact, which such a reader leaves out. Source: ISO 32000-1, 14.7 and 14.8.
 */

type StructureElement = ReturnType<PDFKit.PDFDocument['struct']>

/** Element of the tree that can be drawn into. */
export interface Tag {
  readonly type: string
  readonly element: StructureElement
}

/** Elements that hold others; what is drawn while one of them is the innermost is an artifact. */
const GROUPS: ReadonlySet<string> = new Set(['Document', 'Table', 'TR', 'TOC', 'TOCI', 'L', 'LI'])

interface TagOptions {
  /** Words for what has none, such as a picture. */
  readonly alt?: string
  /** The part of a table that a head speaks of. */
  readonly scope?: 'Column'
}

export class TagTree {
  readonly #pdf: PDFKit.PDFDocument
  /** Elements that are open, the innermost last; null while artifacts are drawn. */
  readonly #open: (Tag | null)[]

  constructor(pdf: PDFKit.PDFDocument) {
    this.#pdf = pdf
    const element = pdf.struct('Document')
    pdf.addStructure(element)
    this.#open = [{ type: 'Document', element }]
  }

  /** A new element at the end of the innermost one, to be drawn into now or later; while artifacts are drawn, null. */
  add(type: string, options: TagOptions = {}): Tag | null {
    const parent = this.#open.at(-1)
    if (!parent) return null
    const element = this.#pdf.struct(type, options)
    parent.element.add(element)
    return { type, element }
  }

  /** Draws into an element that was added before, which stays open for more. */
  into(tag: Tag | null, draw: () => void): void {
    this.#open.push(tag)
    try {
      draw()
    } finally {
      this.#open.pop()
    }
  }

  /** Draws a whole element at the end of the innermost one. */
  within(type: string, draw: (tag: Tag | null) => void, options: TagOptions = {}): void {
    const tag = this.add(type, options)
    this.into(tag, () => draw(tag))
    tag?.element.end()
  }

  /** Draws a whole element where the innermost one holds others, and else goes on with that. */
  leaf(type: string, draw: () => void): void {
    const open = this.#open.at(-1)
    if (open && GROUPS.has(open.type)) this.within(type, draw)
    else draw()
  }

  /** Draws what is no content: lines, heads and feet of pages, a head that is said again. */
  artifact(draw: () => void): void {
    this.into(null, draw)
  }

  /** Every mark that is put on a page goes through here. It must not end the page. */
  content(draw: () => void): void {
    const open = this.#open.at(-1)
    if (!open || GROUPS.has(open.type)) {
      this.#pdf.markContent('Artifact', { type: 'Layout' })
      draw()
      this.#pdf.endMarkedContent()
      return
    }
    const content = this.#pdf.markStructureContent(open.type)
    draw()
    this.#pdf.endMarkedContent()
    open.element.add(content)
  }
}

/** Options by which a link on a page belongs to an element. */
export function linkWithin(tag: Tag | null): PDFKit.Mixins.AnnotationOption {
  return tag === null ? {} : { structParent: tag.element }
}

declare global {
  namespace PDFKit.Mixins {
    /** The types of the package know of this member for texts alone. */
    interface AnnotationOption {
      structParent?: StructureElement
    }
  }
}
