import { z } from 'zod'
import { isMetricName, METRIC_CLASSES, METRICS } from '../../base/metrics.js'
import { isTimeZone } from '../../base/plant.js'
import { QUALITIES } from '../../base/quality.js'
import { conversion, unitsFor } from '../../base/units.js'
import { parsePath } from './path.js'
import { profileCase, topicPrefix } from './profile-case.js'
import { parseTextTemplate } from './text-template.js'
import { parseTimePattern } from './time-pattern.js'
import { parseTopicTemplate } from './topic-template.js'
import { isBeside, NOT_BESIDE, splitProblem } from './value-checks.js'

/**
 * A device profile: how the messages of one kind of device become readings. Data only: what a file
 * `devices/<maker>/<model>.yaml` says, and an editor knows from its JSON Schema.
 */

/** Texts whose form is a small language of its own; the parser says what is wrong. */
function written(parse: (text: string) => object) {
  return z.string().superRefine((text, context) => {
    const parsed = parse(text)
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: String(parsed.problem) })
  })
}
const path = written(parsePath)
const onePath = written((text) => {
  const parsed = parsePath(text)
  return 'problem' in parsed || parsed.fan === null ? parsed : { problem: 'it goes to one place: without * and {name}' }
})
/** The prefix is put in where the profile is used: here any will do. */
const topic = z
  .string()
  .min(1)
  .max(256)
  .superRefine((text, context) => {
    const parsed = parseTopicTemplate(withPrefix(text, 'prefix'))
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem })
  })
const number = z.number().refine(Number.isFinite, 'a finite number')
const scalar = z.union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false')
const words = z.array(scalar).min(1).max(32)

/** The topic with `{prefix}` put in. */
export function withPrefix(text: string, prefix: string): string {
  return text.replaceAll('{prefix}', () => prefix)
}

export const TIME_FORMATS = ['rfc3339', 'epoch_s', 'epoch_ms', 'local'] as const

const time = z.strictObject({
  at: onePath.describe('where it stands; when it is absent or null, the time of arrival is taken'),
  format: z
    .union(
      [z.enum(TIME_FORMATS), written(parseTimePattern)],
      `${TIME_FORMATS.join(', ')}, or a pattern such as YYMMDDhhmmssX or DD.MM.YYYY hh:mm`,
    )
    .describe(
      'epoch_s may have a fraction; local is a wall clock without offset, 2026-11-24T08:00:00 or 20261124080000; any other is a pattern of YYYY or YY, MM, DD, hh, mm, ss, SSS and X, which is S in summer time and W else',
    ),
  zone: z
    .string()
    .refine(isTimeZone, 'an IANA zone such as Asia/Shanghai')
    .optional()
    .describe(
      'of a local time; that of the plant when absent. In the hour that comes twice the instant nearer to the arrival is meant, unless X tells',
    ),
})

const BESIDE = 'with the same * or {name} as the value it is looked for beside that'
const valueTime = time.extend({
  at: path.describe(`where it stands; ${BESIDE}. When it is absent or null, the time of the message is taken`),
})

const quality = z.strictObject({
  at: path.describe(`where it stands; absent or null means good; ${BESIDE}`),
  format: z
    .enum(['words', 'opcua_status'])
    .default('words')
    .describe('opcua_status: a StatusCode as OPC UA writes it in JSON, a number, its symbol, or {Code, Symbol}'),
  words: z.record(z.string(), z.enum(QUALITIES)).default({}).describe('what each of its values means'),
  otherwise: z.enum(QUALITIES).default('uncertain').describe('what any other value means'),
})

const condition = z.strictObject({
  at: path.describe('where it is looked at, from the payload itself on; with * or {name} one of the members must do'),
  is: words.optional().describe('one of these must stand there; any value but null when absent'),
  not: words.optional().describe('something else than these, and than null, must stand there'),
})

const value = z
  .strictObject({
    metric: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,63}$|^\{.*\}$/, 'a metric is [a-z][a-z0-9_]{0,63}, or what names it: {name}, {@.path}')
      .describe('what it becomes; one of the metric table takes part in KPIs, any other is kept as a reading'),
    class: z.enum(METRIC_CLASSES).optional().describe('needed where the metric does not say it'),
    at: path.optional().describe('where it stands; left out with sum, and where the payload itself is the value'),
    sum: z
      .array(path)
      .min(1)
      .max(16)
      .optional()
      .describe('values that are added, such as phases; a list among them is added up. All of them must be there'),
    unit: z.string().max(32).optional().describe('as it is sent; it is converted to the unit of the metric'),
    kind: z
      .enum(['gauge', 'counter', 'pieces', 'state', 'switch'])
      .optional()
      .describe('what the maker says it is: must be that of the metric table where the metric is there'),
    factor: number
      .refine((n) => n !== 0, 'another number than 0')
      .default(1)
      .describe('sent · factor + offset is in the unit above'),
    offset: number.default(0).describe('see factor'),
    words: z
      .record(z.string(), scalar)
      .optional()
      .describe('what each word, number or truth value means: a state word, or a number; any other is refused'),
    split_sign: z
      .string()
      .refine(isMetricName, 'a metric is [a-z][a-z0-9_]{0,63}')
      .optional()
      .describe(
        'metric of what is below 0, without its sign: this value is 0 then, and that one 0 while this is not; not for registers',
      ),
    absent: words.optional().describe('values that mean there is none, such as unavailable'),
    numbers_only: z
      .boolean()
      .default(false)
      .describe('texts, lists and maps that stand there are left out, instead of refused; words for a state are taken'),
    time: valueTime.optional().describe('where it has one of its own'),
    quality: z
      .union([quality, z.array(quality).min(1).max(8)])
      .optional()
      .describe('where it is said how good the value is; in several places the first that is not good counts'),
  })
  .superRefine((given, context) => {
    const wrong = (path: readonly PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message })
    if (given.at !== undefined && given.sum !== undefined) wrong(['sum'], 'give either at or sum')
    const qualities = [given.quality ?? []].flat()
    for (const [index, { at }] of qualities.entries()) {
      if (!isBeside(at, given.at))
        wrong(['quality', ...(Array.isArray(given.quality) ? [index] : []), 'at'], NOT_BESIDE)
    }
    if (given.time !== undefined && !isBeside(given.time.at, given.at)) wrong(['time', 'at'], NOT_BESIDE)
    const known = METRICS.get(given.metric)
    const split = splitProblem(given)
    if (split !== null) wrong(['split_sign'], split)
    if (known === undefined) {
      if (given.class === undefined) wrong(['class'], `say the class of ${given.metric}: ${METRIC_CLASSES.join(', ')}`)
      if (!given.metric.startsWith('{') && !isMetricName(given.metric))
        wrong(['metric'], 'another name: this one is reserved')
      return
    }
    if (given.class === undefined ? known.classes.length > 1 : !known.classes.includes(given.class)) {
      wrong(['class'], `${given.metric} belongs to ${known.classes.join(' or ')}`)
    }
    if (given.kind !== undefined && given.kind !== known.kind) wrong(['kind'], `${given.metric} is a ${known.kind}`)
    if (given.unit !== undefined && conversion(given.unit, known.unit, known.gas) === null) {
      wrong(
        ['unit'],
        `${given.metric} takes ${unitsFor(known.unit, known.gas).filter(Boolean).join(', ') || 'no unit'}`,
      )
    }
  })

const message = z
  .strictObject({
    topic: topic.describe('levels as they are, {name} for one that differs, {name*} for several, {prefix}'),
    format: z.enum(['json', 'number', 'text']).default('json').describe('what the payload is'),
    when: z.array(condition).max(16).default([]).describe('all must hold, else the message is not of this kind'),
    each: path
      .optional()
      .describe(
        'its parts, each read by itself: Messages.*, params.switch:{channel}; the message is one part when absent',
      ),
    device: written(parseTextTemplate)
      .default('{device}')
      .describe('the name it is sent under, from {names} of the topic and of each, {$.path} and {@.path}'),
    time: time.optional().describe('the time of its values; that of the arrival when absent'),
    partial: z
      .boolean()
      .default(false)
      .describe('it says only what has changed: then it is no fault when none of the values is there'),
    mixed: z
      .boolean()
      .default(false)
      .describe('other things come under this topic too: what is no JSON is of another kind, and not refused'),
    status: z
      .strictObject({
        at: onePath.optional().describe('where the word stands; the payload itself when absent'),
        online: words.describe('words for online'),
        offline: words.describe('words for offline'),
        covers: written(parseTextTemplate)
          .refine((text) => text.endsWith('/'), 'it ends in a slash, as {device}/ does')
          .optional()
          .describe(
            'it speaks for all devices too that have sent under a name which begins with this: {device}/ are the channels of one',
          ),
      })
      .optional()
      .describe('the message says whether the device is there'),
    values: z.array(value).max(256).default([]).describe('what it says'),
  })
  .superRefine((given, context) => {
    const wrong = (path: readonly PropertyKey[], message: string) => {
      context.addIssue({ code: 'custom', path: [...path], message })
    }
    if ((given.status === undefined) === (given.values.length === 0)) {
      wrong(['values'], 'a message says either values or a status')
    }
    const names = namesOf(given)
    const templates = [
      { path: ['device'], text: given.device },
      { path: ['status', 'covers'], text: given.status?.covers ?? '' },
    ]
    for (const { path, text } of templates) {
      for (const name of namesIn(parseTextTemplate(text))) {
        if (!names.includes(name)) wrong(path, `{${name}} is in neither topic nor each; ${listed(names)}`)
      }
    }
    if (given.each !== undefined && given.format !== 'json') wrong(['each'], 'only JSON has parts')
    if (given.mixed && given.when.length === 0) wrong(['mixed'], 'say with when what is of this kind')
    for (const [index, one] of given.values.entries()) {
      const isPath = one.at !== undefined || one.sum !== undefined
      if (isPath && given.format !== 'json')
        wrong(['values', index, 'at'], `a payload that is a ${given.format} has no paths`)
      if (!isPath && given.format === 'json' && given.each === undefined) {
        wrong(['values', index, 'at'], 'say where in the JSON it stands; $ is the payload itself')
      }
      if (!one.metric.startsWith('{')) continue
      const all = [...names, (one.at === undefined ? null : fanOf(one.at)) ?? []].flat()
      const naming = parseTextTemplate(one.metric)
      if ('problem' in naming) wrong(['values', index, 'metric'], naming.problem)
      for (const name of namesIn(naming)) {
        if (all.includes(name)) continue
        wrong(['values', index, 'metric'], `{${name}} is in neither topic, each nor at; ${listed(all)}`)
      }
    }
  })

export const profileOptions = z
  .strictObject({
    extends: z
      .string()
      .optional()
      .describe(
        'maker/model of another profile, all of which holds where this one does not say otherwise: of messages of one topic and each, and of values of one metric',
      ),
    name: z
      .strictObject({
        en: z.string().describe('name in English'),
        zh: z.string().optional().describe('name in Chinese'),
      })
      .describe('what it is for'),
    source: z
      .strictObject({
        url: z.string().describe("the maker's document"),
        date: z.iso.date('a day is written like 2026-11-24').describe('when it was read'),
      })
      .describe('where it is said how the device sends'),
    notes: z.string().optional().describe('what who uses it should know'),
    prefix: topicPrefix.optional().describe('first levels of the topics, as {prefix}, unless another is said'),
    messages: z.array(message).min(1).max(128).describe('what the device sends that is read'),
    ignored: z.array(topic).max(64).default([]).describe('topics of what it sends that nothing is read from'),
    cases: z.array(profileCase).max(64).default([]).describe('real messages and what they become'),
  })
  .superRefine((given, context) => {
    if (given.prefix !== undefined) return
    const uses = [...given.messages.map((one) => one.topic), ...given.ignored].some((text) => text.includes('{prefix}'))
    if (uses)
      context.addIssue({ code: 'custom', path: ['prefix'], message: 'say what {prefix} is when nobody says another' })
  })

export type Profile = z.output<typeof profileOptions>
export type ProfileMessage = Profile['messages'][number]
export type ProfileValue = ProfileMessage['values'][number]
export type ProfileTime = NonNullable<ProfileMessage['time']>
export type ProfileQuality = z.output<typeof quality>
export type ProfileCase = Profile['cases'][number]

/** The names that a message knows from its topic and its parts. */
function namesOf({ topic, each }: { readonly topic: string; readonly each?: string | undefined }): readonly string[] {
  const parsed = parseTopicTemplate(withPrefix(topic, 'prefix'))
  const part = each === undefined ? null : fanOf(each)
  return ['problem' in parsed ? [] : parsed.names, part ?? []].flat()
}

function namesIn(parsed: ReturnType<typeof parseTextTemplate>): readonly string[] {
  return 'problem' in parsed ? [] : parsed.names
}

function fanOf(text: string): string | null {
  const parsed = parsePath(text)
  return 'problem' in parsed ? null : (parsed.fan?.name ?? null)
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'there are no names' : `there are ${names.map((name) => `{${name}}`).join(', ')}`
}
