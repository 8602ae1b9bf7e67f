import { z } from 'zod'
import { type TableChange, tableChange, tableProblems } from '../device-table/change.js'
import { plantsOf } from '../device-table/columns.js'
import { DEVICE_ROWS_MAX, readDeviceTable, type TableRow, TableUnreadable } from '../device-table/read.js'
import { deviceTable } from '../device-table/write.js'
import { PARAMETERS } from '../parameters.js'
import { ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { ConfigAnswer, ConfigPreview, ConfigSaved } from '../wire/configuration.js'
import { type DeviceTableAnswer, deviceTableAnswer } from '../wire/device-table.js'
import { answered, type ConfigurationSources, changer } from './configuration.js'

const tags = ['configuration']
/** A thousand devices with ten periods each. */
const BODY_BYTES_MAX = 1024 * 1024
const dryRun = z
  .enum(['true', 'false'])
  .default('true')
  .describe('true: say what it would be, and do nothing; false needs If-Match')

/** The devices of the configuration as a table, out and in. */
export function deviceTableRoutes(server: Server, sources: ConfigurationSources): void {
  const read = async () => answered<ConfigAnswer>(await sources.configuration({ ask: 'read' }))
  server.get(
    '/api/v1/config/devices.csv',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary:
          'The devices of the configuration as a table (CSV, UTF-8), which POST takes back; ETag is the hash of the file',
        querystring: z.strictObject({ plant: PARAMETERS.plant.optional().describe('of all plants when absent') }),
        response: { 200: z.any().describe('the table'), 400: problem, 404: problem, 503: problem },
      },
    },
    async ({ query: { plant } }, reply) => {
      const { settings, hash } = await read()
      if (plant !== undefined && !plantsOf(settings).some(({ id }) => id === plant)) {
        throw new ProblemError(404, `There is no plant ${plant} in the configuration.`)
      }
      const name = plant === undefined ? 'devices.csv' : `devices-${plant}.csv`
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('etag', `"${hash}"`)
        .send(deviceTable(settings, plant ?? null))
    },
  )
  server.post(
    '/api/v1/config/devices.csv',
    {
      config: { right: 'administer' },
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        tags,
        summary: `Add and change devices by a table of at most ${DEVICE_ROWS_MAX} rows (CSV, UTF-8), as one version: all of it or nothing`,
        consumes: ['text/csv'],
        querystring: z.strictObject({ dry_run: dryRun }),
        body: z.any().describe('the table; devices that it does not name stay'),
        response: {
          200: deviceTableAnswer,
          ...{ 400: problem, 409: problem, 412: problem, 428: problem, 503: problem },
        },
      },
    },
    async (request) => {
      const who = request.query.dry_run === 'true' ? null : changer(request)
      const rows = rowsOf(request.body)
      const config = await read()
      const change = tableChange(config.settings, rows)
      const seen = await compared(sources, config, change)
      const isTaken = who !== null && seen.problems.length === 0 && change.edits.length > 0 && config.writable
      if (!isTaken) return seen
      const wish = { edits: [...change.edits] }
      const saved = answered<ConfigSaved>(await sources.changeConfiguration({ ask: 'save', wish, ...who }))
      return { ...seen, hash: saved.hash, saved }
    },
  )
}

function rowsOf(body: unknown): readonly TableRow[] {
  try {
    return readDeviceTable(Buffer.isBuffer(body) ? body : Buffer.alloc(0))
  } catch (error) {
    if (error instanceof TableUnreadable) throw new ProblemError(400, error.message)
    throw error
  }
}

/** The change that a table makes, with what the rules say of it. */
async function compared(
  sources: ConfigurationSources,
  { text, hash, writable, reason }: ConfigAnswer,
  { edits, rowAt, ...change }: TableChange,
): Promise<DeviceTableAnswer> {
  const answer = { ...change, warnings: [], hash, text: text ?? '', read_only: writable ? null : reason, saved: null }
  if (edits.length === 0) return answer
  const asked = await sources.configuration({ ask: 'preview', wish: { edits: [...edits] } })
  const preview = answered<ConfigPreview>(asked)
  const problems = [...change.problems, ...tableProblems(preview.problems, rowAt)]
  const warnings = tableProblems(preview.warnings, rowAt).filter(({ row }) => row !== null)
  return { ...answer, text: preview.text, problems, warnings }
}
