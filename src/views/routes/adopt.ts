import { z } from 'zod'
import { METRICS } from '../../base/metrics.js'
import { DEVICE_ROLES, type DeviceRole } from '../../base/plant.js'
import { type Addition, adoptionText } from '../adoption-text.js'
import { actorOf } from '../guard.js'
import { PARAMETERS } from '../parameters.js'
import { readJson } from '../posted.js'
import { ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import { type ConfigAnswer, type ConfigPreview, configEdit } from '../wire/configuration.js'
import { type AdoptAnswer, type AdoptRefusal, adoptAnswer } from '../wire/unknown-devices.js'
import type { ConfigurationSources } from './configuration.js'

/** Devices, and topics, of one request. */
const NAMED_MAX = 50
const NOTED_MAX = 10
const PERIOD_S_MAX = 31_622_400

export interface AdoptRequest {
  readonly devices: readonly {
    readonly plant: string
    readonly device: string
    /** The proposal stands where this is absent. */
    readonly line?: string | undefined
    /** null: none. */
    readonly role?: DeviceRole | null | undefined
    /** Meter that it lies behind; null: none. */
    readonly parent?: string | null | undefined
    readonly period_s?: Readonly<Record<string, number>> | undefined
  }[]
  /** They hold from the day of their first reading on. */
  readonly with_past?: boolean | undefined
  readonly topics: readonly {
    readonly profile: string
    readonly plant: string
    readonly line: string
    readonly prefix?: string | undefined
  }[]
}

export interface AdoptSources extends ConfigurationSources {
  /** Additions to the configuration that adopting would make. */
  adoption(request: AdoptRequest): Promise<Adoption>
}

/** Additions that adopting makes to the configuration, and who stays as they are. */
export interface Adoption {
  readonly additions: readonly Addition[]
  readonly adopted: number
  readonly refused: readonly AdoptRefusal[]
}

const lineId = PARAMETERS.device.meta({ description: 'a line id, [a-z0-9][a-z0-9_-]{0,63}', examples: ['press'] })
const device = z.strictObject({
  plant: PARAMETERS.plant,
  device: PARAMETERS.device,
  line: lineId.optional().describe('as it is proposed when absent'),
  role: z.enum(DEVICE_ROLES).nullable().optional().describe('as it is proposed when absent; null for none'),
  parent: PARAMETERS.device
    .nullable()
    .optional()
    .describe('meter that it lies behind; as it is proposed when absent, null for none'),
  period_s: z
    .record(
      z.string().refine((name) => METRICS.has(name), 'a metric of the table'),
      z.number().positive().max(PERIOD_S_MAX),
    )
    .optional()
    .describe('nominal time between two samples, by metric; as it is proposed when absent'),
})
const topic = z.strictObject({
  profile: z.string().min(3).max(130).describe('maker/model, as the list proposes it'),
  plant: PARAMETERS.plant,
  line: lineId,
  prefix: z.string().min(1).max(200).optional().describe('first levels of the topics, where the list says others'),
})

/** Puts devices that send, and profiles for topics, into the configuration. */
export function adoptRoute(server: Server, sources: AdoptSources): void {
  server.post(
    '/api/v1/devices/adopt',
    {
      config: { right: 'administer', act: 'devices_changed' },
      preValidation: readJson,
      schema: {
        tags: ['plants'],
        summary:
          'Adopt devices that send and topics that a profile knows, as they are proposed or changed: an edit of the configuration, or the text to put there',
        body: z
          .strictObject({
            devices: z.array(device).max(NAMED_MAX).default([]).describe(`at most ${NAMED_MAX}`),
            topics: z.array(topic).max(NAMED_MAX).default([]).describe(`at most ${NAMED_MAX}`),
            with_past: z
              .boolean()
              .default(false)
              .describe(
                'each device holds from the day of its first reading on, in its role and behind its meter: figures of these days are computed again; what reports have frozen stays',
              ),
            dry_run: z.boolean().default(true).describe('say what it would be, and do nothing'),
            by: z.string().min(1).max(64).optional().describe('who does it'),
          })
          .refine(({ devices, topics }) => devices.length + topics.length > 0, {
            path: ['devices'],
            message: 'name a device or a topic',
          }),
        response: { 200: adoptAnswer, 400: problem, 403: problem, 409: problem, 412: problem, 503: problem },
      },
    },
    async (request) => {
      const { devices, topics, with_past, dry_run, by } = request.body
      const { adopted, refused, additions } = await sources.adoption({ devices, topics, with_past })
      const person = actorOf(request, 'by', by) ?? ''
      const outcome = additions.length === 0 ? UNCHANGED : await saved(sources, additions, person, dry_run)
      const answer = { adopted, refused, text: adoptionText(additions), ...outcome }
      const named = [
        ...devices.map(({ plant, device }) => `${plant}/${device}`),
        ...topics.map(({ profile }) => profile),
      ]
      const more = named.length > NOTED_MAX ? ', …' : ''
      request.isDone = answer.saved
      request.subject = `adopted ${answer.adopted}: ${named.slice(0, NOTED_MAX).join(', ')}${more}`
      return answer
    },
  )
}

type Outcome = Pick<AdoptAnswer, 'saved' | 'read_only' | 'problems'>

const UNCHANGED: Outcome = { saved: false, read_only: null, problems: [] }

/** Puts additions into the configuration file, all or none, once the rules have nothing against it. Throws the refusal of a save. */
async function saved(
  sources: ConfigurationSources,
  additions: readonly Addition[],
  by: string,
  isDryRun: boolean,
): Promise<Outcome> {
  const now = await sources.configuration({ ask: 'read' })
  if ('refused' in now) return { ...UNCHANGED, read_only: now.detail }
  const { hash, writable, reason } = now as ConfigAnswer
  const wish = { edits: additions.map((one) => configEdit.parse(one)) }
  const seen = await sources.configuration({ ask: 'preview', wish })
  const found = 'refused' in seen ? [] : (seen as ConfigPreview).problems
  const problems = found.map(({ path, problem, remedy }) => ({ path, problem, remedy }))
  if (!writable || problems.length > 0 || isDryRun) {
    return { saved: false, read_only: writable ? null : reason, problems }
  }
  const done = await sources.changeConfiguration({ ask: 'save', wish, match: hash, by })
  if ('refused' in done) throw new ProblemError(done.refused, done.detail)
  return { saved: true, read_only: null, problems: [] }
}
