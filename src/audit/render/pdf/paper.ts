import PDFDocument from 'pdfkit'
import type { Report } from '../../../base/report.js'
import { sha256OfReport } from '../json.js'
import { textIn } from '../language.js'
import type { RenderOptions } from '../options.js'
import { REPORT_WORDS, STATUS_WORDS } from '../words.js'
import { Fonts } from './fonts.js'
import { packedPdf } from './packed.js'
import { TagTree } from './tags.js'
import { LEADING, type Style, Typesetter } from './typeset.js'

export const INK = { strong: '#11181B', text: '#2C363B', quiet: '#616C72', line: '#DDE2E3', edge: '#9AA5AA' } as const

export const BODY: Style = { size: 9, color: INK.text }
export const NOTE: Style = { size: 8, color: INK.quiet }

const MARGIN = 54
const TOP = 72
const BOTTOM = 60

/** A line of the table of contents. */
export interface ContentsLine {
  readonly level: 1 | 2
  readonly number: string
  readonly title: string
  readonly destination: string
  readonly page: number
}

/** Pages of A4 that are filled from top to bottom. Points from the upper left corner. */
export class Paper {
  readonly pdf: PDFKit.PDFDocument
  readonly type: Typesetter
  readonly tags: TagTree
  readonly report: Report
  readonly options: RenderOptions
  readonly sha256: string
  readonly entries: ContentsLine[] = []
  /** Height at which the next thing is put, points from the upper edge. */
  y = TOP
  #pages = 0
  #isLandscape = false
  #outlined: PDFKit.PDFOutline | null = null

  constructor(report: Report, options: RenderOptions, fontsFolder: string) {
    this.report = report
    this.options = options
    this.sha256 = sha256OfReport(report)
    this.pdf = new PDFDocument({
      size: 'A4',
      margin: 0,
      autoFirstPage: false,
      bufferPages: true,
      pdfVersion: '1.7',
      subset: 'PDF/A-2a',
      tagged: true,
      lang: options.language === 'zh' ? 'zh-CN' : 'en',
      displayTitle: true,
      // The standard fonts are not embedded, which PDF/A forbids; null keeps the first of them out.
      font: null as unknown as string,
      info: {
        Title: forMetadata(textIn(report.title, options.language, ' \u00b7 ')),
        Subject: forMetadata(report.id),
        Keywords: `SHA-256 ${this.sha256}`,
        Creator: forMetadata(`Greengauge ${report.basis.code.version}`),
        // The clock of whoever renders it says nothing of the report, and no two files would be alike.
        CreationDate: new Date(report.basis.archive.now),
      },
    })
    this.tags = new TagTree(this.pdf)
    this.type = new Typesetter(this.pdf, new Fonts(this.pdf, fontsFolder), (draw) => this.tags.content(draw))
  }

  get left(): number {
    return MARGIN
  }

  get width(): number {
    return this.pdf.page.width - 2 * MARGIN
  }

  get bottom(): number {
    return this.pdf.page.height - BOTTOM
  }

  /** The height that an empty page leaves for text, points. */
  get pageHeight(): number {
    return this.bottom - TOP
  }

  get isLandscape(): boolean {
    return this.#isLandscape
  }

  /** The number of the page being filled, from 1 on. */
  get pageNumber(): number {
    return this.#pages
  }

  page(isLandscape = false): void {
    this.pdf.addPage({ size: 'A4', margin: 0, layout: isLandscape ? 'landscape' : 'portrait' })
    this.#isLandscape = isLandscape
    this.#pages++
    this.y = TOP
    if (this.options.status === 'draft') this.tags.artifact(() => this.#markAsDraft())
  }

  /** Begins a page when so much does not fit on this one. */
  need(height: number): void {
    if (this.y + height > this.bottom) this.page(this.#isLandscape)
  }

  space(height: number): void {
    this.y += height
  }

  /** Text over the whole width or a part of it, broken where the page ends. */
  paragraph(text: string, style: Style, x = this.left, width = this.width): void {
    this.tags.leaf('P', () => {
      for (const line of this.type.lines(text, style, width)) {
        this.need(style.size * LEADING)
        this.type.draw(line, x, this.y + style.size * 1.08, style.color)
        this.y += style.size * LEADING
      }
    })
  }

  rule(color: string = INK.line, weight = 0.5, x = this.left, width = this.width): void {
    const draw = () => {
      this.pdf
        .lineWidth(weight)
        .strokeColor(color)
        .moveTo(x, this.y)
        .lineTo(x + width, this.y)
        .stroke()
    }
    this.tags.artifact(() => this.tags.content(draw))
  }

  /** A heading with its place in the contents and in the bookmarks; `keep` is what has to fit on the page below it. */
  heading(level: 1 | 2, number: string, title: string, keep: number): void {
    const style: Style =
      level === 1 ? { size: 15, strong: true, color: INK.strong } : { size: 10, strong: true, color: INK.strong }
    const indent = level === 1 && number !== '' ? this.type.width(number, style) + 12 : 0
    const lines = this.type.lines(title, style, this.width - indent)
    const height = lines.length * style.size * LEADING
    this.need(height + keep)
    const destination = `s${String(this.entries.length).padStart(4, '0')}`
    this.pdf.addNamedDestination(destination, 'XYZ', 0, this.y - 8, null as unknown as number)
    this.entries.push({ level, number, title: title.replaceAll('\n', ' \u00b7 '), destination, page: this.#pages })
    this.#bookmark(level, `${number} ${title}`.trim().replaceAll('\n', ' \u00b7 '))
    // The title of the document is the heading above all.
    this.tags.within(level === 1 ? 'H2' : 'H3', () => {
      if (indent > 0) this.type.draw(this.type.line(number, style), this.left, this.y + style.size * 1.08, style.color)
      this.paragraph(title, style, this.left + indent, this.width - indent)
    })
  }

  /** Heads and feet of all pages, when it is known how many there are. */
  async finish(): Promise<Buffer> {
    this.tags.artifact(() => {
      for (let i = 1; i < this.#pages; i++) this.#frame(i)
    })
    const chunks: Buffer[] = []
    this.pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
    const ended = new Promise<void>((resolve, reject) => this.pdf.once('end', resolve).once('error', reject))
    this.pdf.end()
    await ended
    return packedPdf(Buffer.concat(chunks))
  }

  #bookmark(level: 1 | 2, title: string): void {
    if (level === 1 || this.#outlined === null) this.#outlined = this.pdf.outline.addItem(title)
    else this.#outlined.addItem(title)
  }

  #frame(index: number): void {
    this.pdf.switchToPage(index)
    const { report, options, type } = this
    const { language, status } = options
    const small: Style = { size: 7.5, color: INK.quiet }
    const head = textIn(report.title, language === 'both' ? 'en' : language)
    type.draw(type.line(head, small), this.left, 40, small.color)
    const state = `${textIn(REPORT_WORDS.version, language, ' ')} ${report.version} \u00b7 ${textIn(STATUS_WORDS[status], language, ' ')}`
    this.#right(state, { ...small, strong: true, color: INK.strong }, 40)
    this.y = 48
    this.rule()
    const foot = this.pdf.page.height - 30
    type.draw(
      type.line(`${report.id} \u00b7 SHA-256 ${this.sha256.slice(0, 16)}\u2026`, small),
      this.left,
      foot,
      small.color,
    )
    this.#right(`${index + 1} / ${this.#pages}`, small, foot)
  }

  #right(text: string, style: Style, baseline: number): void {
    const line = this.type.line(text, style)
    this.type.draw(line, this.left + this.width - line.width, baseline, style.color)
  }

  #markAsDraft(): void {
    const { width, height } = this.pdf.page
    const mark = this.type.line(`${REPORT_WORDS.draftMark.en} ${REPORT_WORDS.draftMark.zh}`, {
      size: 96,
      strong: true,
      color: '#F0F2F2',
    })
    this.pdf.save()
    this.pdf.rotate(-52, { origin: [width / 2, height / 2] })
    this.type.draw(mark, (width - mark.width) / 2, height / 2 + 34, '#F0F2F2')
    this.pdf.restore()
  }
}

/** PDFKit writes these into XML as they are. */
function forMetadata(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '\uff06', '<': '\uff1c', '>': '\uff1e' })[sign] ?? '')
}
