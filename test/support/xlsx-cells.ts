import yauzl from 'yauzl'

/** The cells of the first sheet of a workbook as texts, row by row; '' for an empty one. Rows are as long as the longest. */
export async function xlsxCells(workbook: Buffer): Promise<readonly (readonly string[])[]> {
  const parts = await partsOf(workbook)
  const shared = [...(parts.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>.*?<\/si>/gs)].map(([si]) => textIn(si))
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? ''
  const rows = [...sheet.matchAll(/<row .*?<\/row>/gs)].map(([row]) => {
    const cells = new Map<number, string>()
    for (const [, column, attributes, inner] of row.matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const value = /<v>(.*?)<\/v>/.exec(inner ?? '')?.[1] ?? ''
      const isShared = attributes!.includes('t="s"') && value !== ''
      cells.set(indexOf(column!), isShared ? shared[Number(value)]! : value || textIn(inner ?? ''))
    }
    return cells
  })
  const width = Math.max(-1, ...rows.flatMap((cells) => [...cells.keys()])) + 1
  return rows.map((cells) => Array.from({ length: width }, (_, i) => cells.get(i) ?? ''))
}

function textIn(xml: string): string {
  return [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, text]) => text).join('')
}

/** A is 0. */
function indexOf(column: string): number {
  return [...column].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function partsOf(workbook: Buffer): Promise<ReadonlyMap<string, string>> {
  const parts = new Map<string, string>()
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(workbook, { lazyEntries: true }, (failure, zip) => {
      if (failure) return reject(failure)
      zip.on('error', reject).on('end', () => resolve(parts))
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, async (fault, stream) => {
          if (fault) return reject(fault)
          const chunks: Buffer[] = []
          for await (const chunk of stream) chunks.push(chunk as Buffer)
          parts.set(entry.fileName, Buffer.concat(chunks).toString())
          zip.readEntry()
        })
      })
      zip.readEntry()
    })
  })
}
