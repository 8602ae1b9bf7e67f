import { join } from 'node:path'
import type { Command } from 'commander'
import { Document, isNode } from 'yaml'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import { reasonText } from '../../base/proposal-reasons.js'
import type { QuarantineAnswer, QuarantineItem } from '../../base/wire.js'
import { type Config, type LoadedConfig, profileFolders } from '../../config/config.js'
import { checkProfile } from '../../config/profile-check.js'
import { profilesIn } from '../../config/profile-files.js'
import { type KnownProfile, knownProfiles } from '../../decode/profile/learn/known.js'
import { type Proposal, propose } from '../../decode/profile/learn/propose.js'
import type { Profile } from '../../decode/profile/profile.js'
import { covers, filterProblem } from '../../intake/topic-filter.js'
import { complain, printJson, printText } from '../../program/output.js'
import { callGateway } from '../client/call-gateway.js'

/** `greengauge profile learn`: a profile to begin with, from messages that the running gateway could not read. */

interface LearnOptions {
  readonly topic: string
  readonly json?: boolean
  readonly config?: string
}

/** Most messages of one page, and of all pages: the newest are asked for. */
const PAGE = 500
const ITEMS_MAX = 5000

/** Adds `learn` to `profile`. `load` reads a configuration, or says what is wrong with it. */
export function addProfileLearnCommand(
  profile: Command,
  load: (file: string | undefined) => LoadedConfig | undefined,
): void {
  profile
    .command('learn')
    .description('propose a profile from messages in the quarantine of the running gateway whose topic nobody knows')
    .option('--topic <filter>', 'only of topics that this filter covers', '#')
    .option('--config <file>', 'configuration file')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const { topic: filter, json, config } = command.optsWithGlobals<LearnOptions>()
      const wrong = filterProblem(filter)
      if (wrong !== null) command.error(`error: --topic ${filter}: ${wrong}`, { exitCode: EXIT.usage })
      const loaded = load(config)
      if (loaded === undefined) return
      const items = await strays(loaded.config, filter)
      if (items === null) return
      const samples = items.map(({ topic, sample, received_at }) => ({
        topic,
        payload: sample,
        receivedAt: Date.parse(received_at),
      }))
      const day = new Date(systemClock.nowMs()).toISOString().slice(0, 10)
      const { known, rest } = knownProfiles(samples, allProfiles(loaded.config, config))
      const proposal = propose(rest, day)
      if (proposal === null && known.length === 0) {
        fail(
          samples.length === 0
            ? `error: no message in quarantine has an unknown topic under ${filter}`
            : `error: none of ${samples.length} messages under ${filter} is JSON with numbers, or a number`,
          EXIT.badData,
        )
        return
      }
      if (json === true) printJson({ known, ...proposal })
      else printText([...known.map(knownText), ...(proposal === null ? [] : [yamlOf(proposal)])].join('\n').trimEnd())
    })
}

/** The messages with an unknown topic, newest first; null after saying why there is no answer. */
async function strays(config: Config, filter: string): Promise<readonly QuarantineItem[] | null> {
  const found: QuarantineItem[] = []
  for (let cursor = ''; found.length < ITEMS_MAX; ) {
    const path = `/quarantine?reason=bad_topic&limit=${PAGE}${cursor}`
    const answer: QuarantineAnswer | undefined = await callGateway(config, path)
    if (answer === undefined) return null
    found.push(...answer.items)
    if (answer.next === null) break
    cursor = `&cursor=${encodeURIComponent(answer.next)}`
  }
  // Topics that begin like our own are mistyped, and no maker's.
  return found.filter(({ topic }) => covers(filter, topic) && !topic.startsWith('plants/'))
}

/** All that there are and are right, own ones first. */
function allProfiles(config: Config, file: string | undefined): ReadonlyMap<string, Profile> {
  const found = new Map<string, Profile>()
  for (const folder of profileFolders(config, file)) {
    for (const id of profilesIn([folder])) {
      const checked = checkProfile(join(folder, `${id}.yaml`))
      if ('profile' in checked && !found.has(id)) found.set(id, checked.profile)
    }
  }
  return found
}

function knownText({ profile, prefix, samples, understood = 0, topics }: KnownProfile): string {
  // A line break in one would end the comment.
  const shown = topics.map((topic) => JSON.stringify(topic))
  const use = [
    `profile: ${profile}`,
    'plant: PLANT',
    'line: LINE',
    ...(prefix === undefined ? [] : [`prefix: ${JSON.stringify(prefix)}`]),
  ]
  const nothing = understood === 0 ? '' : `, and knows ${understood} that it takes nothing from`
  return [
    `# ${profile} is a profile that is there: it reads ${samples} of the messages${nothing}, such as ${shown.join(', ')}.`,
    '# Use it instead of a proposal, under profiles.use:',
    `#   - { ${use.join(', ')} }`,
    '',
  ].join('\n')
}

function yamlOf({ profile, seen, reasons, samples, decoded, left }: Proposal): string {
  const document = new Document(profile)
  document.commentBefore = [
    ` Proposed from ${samples} messages in quarantine; ${decoded} of them become readings by it.`,
    ' Names and metrics are guesses: look at each of them, and at what was seen. A unit stands where the message says it.',
    ' Then: save it as MAKER/MODEL.yaml in your folder of profiles (profiles.dir), run greengauge profile check on it,',
    ' name it under profiles.use with its plant and line, and try the messages in quarantine again.',
    ...left.slice(0, 10).map((topic) => ` Nothing is proposed for ${topic}`),
    ...(left.length > 10 ? [` nor for ${left.length - 10} other topics`] : []),
  ].join('\n')
  for (const [message, values] of seen.entries()) {
    for (const [value, texts] of values.entries()) {
      const node = document.getIn(['messages', message, 'values', value], true)
      if (!isNode(node)) continue
      const why = (reasons[message]?.[value] ?? []).map((reason) => reasonText(reason, 'en'))
      const lines = [`seen: ${texts.map((text) => JSON.stringify(text)).join(', ')}`, ...why]
      node.commentBefore = lines.map((line) => ` ${line}`).join('\n')
    }
  }
  return document.toString({ lineWidth: 120 })
}

function fail(text: string, code: number): void {
  complain(text)
  process.exitCode = code
}
