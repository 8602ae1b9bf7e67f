import { z } from 'zod'

/** The configuration as people read and change it over the API: no text and no value holds a secret. */

const part = z.union([z.string().max(200), z.number().int().nonnegative()])
const path = z
  .array(part)
  .min(1)
  .max(20)
  .describe('from the top of the file; in a list a text names the element with that id, a number its position')
const before = part.optional().describe('id or position of the element that it comes before; to the end when absent')
const value = z.unknown().describe('`(secret)` keeps a secret as it is')

export const configEdit = z
  .discriminatedUnion('op', [
    z.strictObject({ op: z.literal('set'), path, value }),
    z.strictObject({ op: z.literal('add'), path, value, before }),
    z.strictObject({ op: z.literal('remove'), path }),
    z.strictObject({ op: z.literal('move'), path, before }),
  ])
  .meta({ id: 'ConfigEdit' })

/** Edits in one request. */
const EDITS_MAX = 1000
/** Characters of a configuration file. */
const TEXT_LENGTH_MAX = 1_000_000

export const configWish = z
  .strictObject({
    edits: z.array(configEdit).min(1).max(EDITS_MAX).optional().describe('made one after the other, all or none'),
    text: z
      .string()
      .max(TEXT_LENGTH_MAX)
      .optional()
      .describe('the whole file; `(secret)` stands for the secret that is there now'),
    language: z
      .enum(['en', 'zh'])
      .optional()
      .describe('of the comments that a first file begins with; English when absent'),
  })
  .refine(({ edits, text }) => (edits === undefined) !== (text === undefined), 'give edits or text, one of the two')
  .meta({ id: 'ConfigWish' })

/** A preview can also look at an older version: its text does not leave the gateway with its secrets, so nobody can send it. */
export const configPreviewWish = z
  .strictObject({
    ...configWish.shape,
    version: z.number().int().min(1).max(99_999_999).optional().describe('an older version, as an undo would bring it'),
  })
  .refine(
    ({ edits, text, version }) => [edits, text, version].filter((one) => one !== undefined).length === 1,
    'give edits, text or version, one of the three',
  )
  .meta({ id: 'ConfigPreviewWish' })

const configProblem = z
  .object({
    path: z.string().describe('the setting; empty for the file as a whole'),
    line: z.number().int().nullable().describe('of the text; null where it does not stand there'),
    where: z.string().describe('line, variable or flag that has set it; empty when nothing has'),
    value: z.string(),
    problem: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'ConfigProblem' })

const configChange = z
  .object({
    path: z.string(),
    when: z
      .enum(['now', 'restart', 'never'])
      .describe(
        'now: it holds from its place in the journal on; restart: with the next start; never: a variable or flag goes over it',
      ),
    by: z.string().describe('the variable or flag; empty where none goes over it'),
  })
  .meta({ id: 'ConfigChange' })

const differenceLine = z.object({
  kind: z.enum(['same', 'added', 'removed']),
  line: z.number().int().describe('in the new text, of removed ones in the old'),
  text: z.string(),
})

const hash = z.string().describe('SHA-256 of the text of the file, hex: what If-Match takes, in quotes')

export const configAnswer = z.object({
  file: z.string().nullable().describe('null where the gateway runs without a configuration file'),
  first_file: z
    .string()
    .nullable()
    .describe('the file that the first change writes where the gateway runs without one; null where there is one'),
  text: z.string().nullable().describe('without secrets; null where the file cannot be read or is no YAML'),
  settings: z.unknown().describe('what the text says as a tree, without secrets; null with it'),
  hash,
  writable: z.boolean(),
  reason: z.string().describe('why it cannot be changed here, and what to do; empty where it can'),
  problems: z.array(configProblem).describe('of the file as it is: the gateway goes on with what it has in force'),
  warnings: z.array(configProblem),
  waiting: z.array(z.string()).describe('settings that take effect with the next start'),
})

export const configPreview = z.object({
  text: z.string().describe('the new file, without secrets; to be put there by hand where it is read only'),
  difference: z.array(differenceLine).describe('the lines that differ, with some around them'),
  same: z.boolean().describe('the file would stay as it is; false with no difference where only secrets differ'),
  problems: z.array(configProblem).describe('why it would be refused; empty where it would be taken'),
  warnings: z.array(configProblem),
  changes: z.array(configChange).describe('settings that differ from those in force'),
  restated: z
    .array(z.object({ plant: z.string(), from: z.iso.date() }))
    .describe(
      'plants of which days that are over are computed again, from this day on: `holds_from` of devices says so',
    ),
})

export const configSaved = z.object({
  version: z.number().int().describe('its number'),
  hash,
  changes: z.array(configChange),
  in_force: z.boolean().describe('false where the journal has not taken it in time: it will'),
})

const configVersionItem = z
  .object({
    version: z.number().int(),
    at: z.iso.datetime(),
    by: z.string().describe('account; empty for somebody without one, or for a change by hand'),
    how: z.enum(['edit', 'undo', 'hand']).describe('hand: the file was another than the last version here'),
    undoes: z.number().int().nullable().describe('the version that it equals, of an undo'),
    changes: z.array(z.string()).describe('paths of the settings that changed, at most 100'),
    hash,
    current: z.boolean().describe('the file is this one'),
  })
  .meta({ id: 'ConfigVersion' })

export const configVersions = z.object({ versions: z.array(configVersionItem).describe('newest first') })
export const configVersionAnswer = configVersionItem.extend({
  text: z.string().nullable().describe('without secrets'),
  difference: z.array(differenceLine).describe('from the version before it'),
})

export const configSchemaAnswer = z.object({
  schema: z
    .record(z.string(), z.unknown())
    .describe('JSON Schema of the file, as `greengauge config-schema` prints it'),
})

export type ConfigSchemaAnswer = z.output<typeof configSchemaAnswer>
export type ConfigEdit = z.output<typeof configEdit>
export type ConfigProblemItem = z.output<typeof configProblem>
export type DifferenceLineItem = z.output<typeof differenceLine>
export type ConfigWish = z.output<typeof configWish>
export type ConfigPreviewWish = z.output<typeof configPreviewWish>
export type ConfigAnswer = z.output<typeof configAnswer>
export type ConfigPreview = z.output<typeof configPreview>
export type ConfigSaved = z.output<typeof configSaved>
export type ConfigVersionItem = z.output<typeof configVersionItem>
export type ConfigVersions = z.output<typeof configVersions>
export type ConfigVersionAnswer = z.output<typeof configVersionAnswer>

/** A refusal in place of an answer, by the status that it has over HTTP. */
export interface ConfigRefusal {
  readonly refused: 400 | 404 | 409 | 412 | 503
  readonly detail: string
}

/** Questions about the configuration; `by` is the account, `match` the hash that its reader has seen. */
export type ConfigAsk =
  | { readonly ask: 'read' }
  | { readonly ask: 'schema' }
  | { readonly ask: 'preview'; readonly wish: ConfigPreviewWish }
  | { readonly ask: 'save'; readonly wish: ConfigWish; readonly match: string; readonly by: string }
  /** The settings of a store as edits would make them, with their secrets: routes do not ask this. */
  | { readonly ask: 'store'; readonly edits: readonly ConfigEdit[]; readonly store: string }
  | { readonly ask: 'versions' }
  | { readonly ask: 'version'; readonly version: number }
  | { readonly ask: 'undo'; readonly version: number; readonly match: string; readonly by: string }

/** A version that was saved, and the hash of the settings in the journal from which on they are in force. */
export type ConfigStored = Omit<ConfigSaved, 'in_force'> & { readonly settings_hash: string }

/** Settings of a store, with its secrets: they stay in the process. */
export interface ConfiguredStore {
  readonly configured_store: { readonly type: string }
}

export type ConfigReply =
  | ConfigRefusal
  | ConfiguredStore
  | ConfigAnswer
  | ConfigSchemaAnswer
  | ConfigPreview
  | ConfigStored
  | ConfigVersions
  | ConfigVersionAnswer
