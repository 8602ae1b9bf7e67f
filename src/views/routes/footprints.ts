import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { BPNL, catenaXExport } from '../../audit/footprint/catena-x/export.js'
import { checkPactFile, PACT_CHARS_MAX } from '../../audit/footprint/pact/check.js'
import { pactExport } from '../../audit/footprint/pact/export.js'
import { supplierFootprintFields } from '../../audit/footprint/pact/supplier-entry.js'
import { OFFICE } from '../../base/entries.js'
import type { Report } from '../../base/report.js'
import { entryAnswer } from '../../base/wire/entries.js'
import { lotFootprintsAnswer } from '../../base/wire/lot-footprints.js'
import { type EntrySources, found, personOrigin, say } from '../entries-on-record.js'
import { namedActor } from '../guard.js'
import { readJson } from '../posted.js'
import { badParameters, notFound, ProblemError, problem } from '../problem.js'
import { reportParams, whichVersion } from '../report-parameters.js'
import { versionOf } from '../report-versions.js'
import type { Server } from '../server.js'
import type { AuditSources } from '../sources/reports.js'
import { plantParams, requirePlant } from './plants.js'

export type FootprintSources = EntrySources & Pick<AuditSources, 'report' | 'reportFile'>

/** A file as JSON text, in which every character may be escaped. */
const BODY_BYTES_MAX = 6 * PACT_CHARS_MAX

const supplierFile = z.strictObject({
  content: z
    .string('the text of the file')
    .min(1, 'the text of the file')
    .describe('the file of the supplier as it came: one product footprint of PACT 3'),
  author: z.string().min(1).max(64).optional().describe('who says so; whoever has signed in when absent'),
  document: z.string().min(1).max(200).optional().describe('number or name of the paper that it came with'),
  id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,48}$/)
    .optional()
    .describe('of its own among the entries; sent again with it, it is the same entry; one is made when absent'),
})

const BPNL_WANTED = 'a Business Partner Number of a legal entity, such as BPNL0000000000AA'
const whichFootprints = whichVersion.extend({
  bpnl: z
    .string()
    .regex(BPNL, BPNL_WANTED)
    .optional()
    .describe(
      'number of the own company in Catena-X: with it the footprints are of its model Pcf 7.0.0 instead of PACT 3.0',
    ),
})

/** Footprints of products: those of suppliers in, those of lots out. */
export function footprintRoutes(server: Server, sources: FootprintSources): void {
  supplierRoute(server, sources)
  lotsRoute(server, sources)
}

function supplierRoute(server: Server, sources: EntrySources): void {
  server.post(
    '/api/v1/plants/:plant/supplier-footprints',
    {
      config: { right: 'audit', act: 'entry_made' },
      bodyLimit: BODY_BYTES_MAX,
      preValidation: readJson,
      schema: {
        tags: ['entries'],
        summary:
          'Check the product footprint of a supplier (PACT 3) and put it on record; every fault of the file is named, with its place and what is expected there',
        params: plantParams,
        body: supplierFile,
        response: { 200: entryAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem },
      },
    },
    async (request) => {
      const {
        params: { plant },
        body: { content, document, id = randomUUID(), author: said },
      } = request
      requirePlant(sources, plant)
      const author = namedActor(request, 'author', said)
      const checked = checkPactFile(content)
      if (checked.footprint === null) {
        const [first, ...others] = checked.faults.map(({ path, received, expected }) => {
          return { parameter: path === '' ? 'content' : path, received: received ?? undefined, expected, example: '' }
        })
        throw badParameters([first!, ...others])
      }
      const supplied = supplierFootprintFields(checked.footprint, content, document)
      const fields = { ...supplied, author }
      request.subject = `supplier_footprint ${id}`
      const { fourEyes } = sources.entryRules(plant)
      const event = fourEyes ? { of: 'supplier_footprint', said: fields, author } : fields
      const place = { plant, device: OFFICE, id, ts: Date.parse(String(supplied.valid_from)) }
      await say(sources, place, fourEyes ? 'proposal' : 'supplier_footprint', event, personOrigin(request))
      return found(sources, plant, id)
    },
  )
}

function lotsRoute(server: Server, sources: Pick<AuditSources, 'report' | 'reportFile'>): void {
  server.get(
    '/api/v1/reports/:id/footprints',
    {
      config: { right: 'view' },
      schema: {
        tags: ['reports'],
        summary:
          'Footprints of the lots of a report of the form product-footprint, as PACT 3.0 or Catena-X Pcf 7.0.0, and what others lack',
        params: reportParams,
        querystring: whichFootprints,
        response: { 200: lotFootprintsAnswer, 400: problem, 404: problem, 409: problem },
      },
    },
    async ({ params: { id }, query: { version, bpnl } }) => {
      const item = versionOf(sources, id, version)
      if (item.profile !== 'product-footprint') {
        throw new ProblemError(409, `${item.id} is of the form ${item.profile}: only product-footprint has lots.`)
      }
      if (item.status === 'draft') {
        throw new ProblemError(
          409,
          `${item.id} is a draft, which may still change: freeze it before its footprints go to anybody.`,
        )
      }
      const file = await sources.reportFile(item, { format: 'json', language: 'en', table: 'figures' })
      if (file === null) throw notFound(`The report ${item.id} has no file any more.`)
      const text = 'path' in file ? await readFile(file.path, 'utf8') : Buffer.from(file.bytes).toString('utf8')
      const report = JSON.parse(text) as Report
      const isSuperseded = item.status === 'superseded'
      return bpnl === undefined ? pactExport(report, isSuperseded) : catenaXExport(report, bpnl, isSuperseded)
    },
  )
}
