import { ZipWriter } from '../audit/bundle/zip-writer.js'
import { EXIT } from '../base/exit-codes.js'
import type { Report } from '../base/report.js'
import { type GatewayApi, gatewayRefusal, requestGateway } from './client/call-gateway.js'
import { Unreachable } from './client/unreachable.js'

/** Originals that a report names by their SHA-256, in one file beside its bundle: the bundle itself has the hashes alone. */

/** Checked with `sha256sum -c` where the zip is unpacked. */
const SUMS = 'SHA256SUMS'
const SHA256 = /^[0-9a-f]{64}$/

export interface CollectedOriginals {
  readonly kept: readonly string[]
  /** Named by the report, and not kept by the gateway. */
  readonly missing: readonly string[]
}

/** Writes the zip. Throws `Unreachable` where the report or a file is not given out. @param path of the report's JSON below the API */
export async function collectOriginals(api: GatewayApi, path: string, out: string): Promise<CollectedOriginals> {
  const answer = await requestGateway(api, path)
  if (!answer.ok) throw await gatewayRefusal(answer)
  const report = (await answer.json()) as Report
  const named = originalsNamedIn(report)
  if (named.length === 0) throw new Unreachable(`${report.id} names no original`, EXIT.badData)
  const kept: string[] = []
  const missing: string[] = []
  const zip = new ZipWriter(out, new AbortController().signal)
  try {
    for (const sha256 of named) {
      const content = await originalOf(api, report, sha256)
      if (content === null) missing.push(sha256)
      else {
        await zip.add(`originals/${sha256}`, [content])
        kept.push(sha256)
      }
    }
    await zip.add(SUMS, [Buffer.from(kept.map((sha256) => `${sha256}  originals/${sha256}\n`).join(''))])
    await zip.finish(() => Promise.resolve())
  } catch (error) {
    await zip.abandon()
    throw error
  }
  return { kept, missing }
}

/** Hashes in the tables of a report that list originals, each once. */
export function originalsNamedIn({ sections }: Pick<Report, 'sections'>): readonly string[] {
  const cells = sections.flatMap(({ tables }) =>
    tables.flatMap(({ columns, rows }) => {
      const at = columns.findIndex(({ id }) => id === 'sha256')
      const isOfOriginals = columns[at]?.title.en === 'SHA-256 of the original'
      return isOfOriginals ? rows.map((row) => row.cells[at]) : []
    }),
  )
  const words = cells.flatMap((cell) => (cell !== null && cell !== undefined && 'word' in cell ? cell.word : []))
  return [...new Set(words)].filter((word) => SHA256.test(word)).sort()
}

/** null where no plant of the report has it. */
async function originalOf(api: GatewayApi, { plants }: Report, sha256: string): Promise<Buffer | null> {
  for (const { id } of plants) {
    const found = await requestGateway(api, `/api/v1/plants/${encodeURIComponent(id)}/originals/${sha256}`)
    if (found.ok) return Buffer.from(await found.arrayBuffer())
    if (found.status !== 404) throw await gatewayRefusal(found)
  }
  return null
}
