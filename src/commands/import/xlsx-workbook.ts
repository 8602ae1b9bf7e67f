import { type SaxesAttributePlain, SaxesParser } from 'saxes'
import { UnreadableHistory } from './history-file.js'
import { type ShownTime, shownTime } from './xlsx-date.js'
import type { XlsxPackage } from './xlsx-package.js'

/** Parts of a workbook that its sheets refer to: which sheets there are, shared texts, formats of cells. Source: ECMA-376 Part 1, §18. */

/** Texts that many cells share are all in memory. */
const SHARED_CHARS_MAX = 64 * 1024 * 1024
const SHARED_MAX = 2_000_000
/** Piece of XML between two tags that is longer is no text of a cell, which has 32,767 characters. */
const UNBROKEN_CHARS_MAX = 1024 * 1024
/** Levels that tags of a workbook never come to; the parser keeps those that are open. */
const DEPTH_MAX = 256
/** Size of a part that is in memory as a whole, besides shared texts: lists of sheets, references and formats. */
const WHOLE_BYTES_MAX = 64 * 1024 * 1024

type Attributes = Readonly<Record<string, string>>

export interface XmlEvents {
  opened?(name: string, attributes: Attributes): void
  closed?(name: string): void
  text?(text: string): void
}

/** Reads a part, if it is there; names are told without their prefixes. Yields after each piece of it. Throws `UnreadableHistory`. */
export async function* readXml(book: XlsxPackage, part: string, events: XmlEvents): AsyncGenerator<void> {
  if (!book.has(part)) return
  const parser = new SaxesParser()
  const bare = (name: string) => name.slice(name.indexOf(':') + 1)
  parser.on('error', (error) => {
    throw new UnreadableHistory(`${book.file}: ${part} is no XML: ${error.message}`)
  })
  parser.on('doctype', () => {
    throw new UnreadableHistory(`${book.file}: ${part} defines its own XML, which no workbook does`)
  })
  let unbroken = 0
  let depth = 0
  const tagged = (by: 1 | -1) => {
    unbroken = 0
    depth += by
    if (depth > DEPTH_MAX) throw new UnreadableHistory(`${book.file}: ${part} has tags in tags without end`)
  }
  parser.on('opentag', ({ name, attributes }) => {
    tagged(1)
    const plain: [string, SaxesAttributePlain | string][] = Object.entries(attributes)
    events.opened?.(bare(name), Object.fromEntries(plain.map(([key, value]) => [bare(key), String(value)])))
  })
  parser.on('closetag', ({ name }) => {
    tagged(-1)
    events.closed?.(bare(name))
  })
  parser.on('text', (text) => events.text?.(text))
  parser.on('cdata', (text) => events.text?.(text))
  for await (const piece of book.pieces(part)) {
    unbroken += piece.length
    parser.write(piece)
    if (unbroken > UNBROKEN_CHARS_MAX) throw new UnreadableHistory(`${book.file}: ${part} has a text without end`)
    yield
  }
  parser.close()
}

async function readWhole(
  book: XlsxPackage,
  part: string,
  events: XmlEvents,
  bytesMax = WHOLE_BYTES_MAX,
): Promise<void> {
  if (book.sizeOf(part) > bytesMax) throw new UnreadableHistory(`${book.file}: ${part} is larger than in any workbook`)
  for await (const _ of readXml(book, part, events));
}

export interface XlsxWorkbook {
  /** Names of sheets in the order of the workbook, each with its part. */
  readonly sheets: readonly { readonly name: string; readonly part: string }[]
  readonly calendar: 1900 | 1904
  /** Results of formulas have to be computed anew: programs that cannot compute write 0, or what was there before. */
  readonly isUncomputed: boolean
  readonly texts: readonly string[]
  /** Parts of a clock that cells of a style show, by the number of the style. */
  readonly shown: readonly ShownTime[]
}

/** Throws `UnreadableHistory`. */
export async function readWorkbook(book: XlsxPackage): Promise<XlsxWorkbook> {
  const main = (await targetsOf(book, '_rels/.rels', '')).byType.get('officeDocument') ?? 'xl/workbook.xml'
  if (!book.has(main)) throw new UnreadableHistory(`${book.file} is no workbook of XLSX: it has no ${main}`)
  const folder = main.slice(0, main.lastIndexOf('/') + 1)
  const related = await targetsOf(book, `${folder}_rels/${main.slice(folder.length)}.rels`, folder)
  const sheets: { name: string; part: string }[] = []
  let calendar: 1900 | 1904 = 1900
  let isUncomputed = false
  await readWhole(book, main, {
    opened: (name, { date1904, fullCalcOnLoad, name: sheet = '', id = '' }) => {
      if (name === 'workbookPr' && isXmlTrue(date1904)) calendar = 1904
      if (name === 'calcPr' && isXmlTrue(fullCalcOnLoad)) isUncomputed = true
      const part = related.byId.get(id)
      if (name === 'sheet' && part !== undefined) sheets.push({ name: sheet, part })
    },
  })
  const texts = await sharedTexts(book, related.byType.get('sharedStrings') ?? `${folder}sharedStrings.xml`)
  const shown = await shownByStyle(book, related.byType.get('styles') ?? `${folder}styles.xml`)
  return { sheets, calendar, isUncomputed, texts, shown }
}

/** Truth of an attribute or a cell. */
export function isXmlTrue(text: string | undefined): boolean {
  return text === '1' || text === 'true'
}

/** Parts that a part refers to, by the ids of the references and by the last word of their types. */
async function targetsOf(book: XlsxPackage, part: string, folder: string) {
  const byId = new Map<string, string>()
  const byType = new Map<string, string>()
  await readWhole(book, part, {
    opened: (name, { Id = '', Type = '', Target = '', TargetMode }) => {
      if (name !== 'Relationship' || TargetMode === 'External') return
      const target = partAt(Target, folder)
      if (target === null) throw new UnreadableHistory(`${book.file}: ${part} refers to ${JSON.stringify(Target)}`)
      // Worksheets have the numbers that their names go by; of sheets of charts nothing is read.
      if (!Type.endsWith('/chartsheet')) byId.set(Id, target)
      byType.set(Type.slice(Type.lastIndexOf('/') + 1), target)
    },
  })
  return { byId, byType }
}

/** Name of the part that a reference leads to; null when it leads nowhere. */
function partAt(target: string, folder: string): string | null {
  try {
    return decodeURIComponent(new URL(target, `file:///${folder}`).pathname.slice(1))
  } catch {
    return null
  }
}

async function sharedTexts(book: XlsxPackage, part: string): Promise<readonly string[]> {
  const texts: string[] = []
  let chars = 0
  let text = ''
  let isText = false
  let isPhonetic = false
  const tooMany = () => new UnreadableHistory(`${book.file} has more texts than are read: save the sheet as CSV`)
  const events: XmlEvents = {
    opened: (name) => {
      if (name === 'si') text = ''
      if (name === 'rPh') isPhonetic = true
      if (name === 't') isText = !isPhonetic
    },
    text: (some) => {
      if (!isText) return
      text += some
      chars += some.length
      if (chars > SHARED_CHARS_MAX) throw tooMany()
    },
    closed: (name) => {
      if (name === 't') isText = false
      if (name === 'rPh') isPhonetic = false
      if (name !== 'si') return
      if (texts.push(text) > SHARED_MAX) throw tooMany()
    },
  }
  await readWhole(book, part, events, Number.POSITIVE_INFINITY)
  return texts
}

async function shownByStyle(book: XlsxPackage, part: string): Promise<readonly ShownTime[]> {
  const codes = new Map<string, string>()
  const ids: string[] = []
  let isOfCells = false
  await readWhole(book, part, {
    opened: (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') codes.set(numFmtId, formatCode)
      if (name === 'cellXfs') isOfCells = true
      if (name === 'xf' && isOfCells) ids.push(numFmtId)
    },
    closed: (name) => {
      if (name === 'cellXfs') isOfCells = false
    },
  })
  return ids.map((id) => shownTime(Number(id), codes.get(id)))
}
