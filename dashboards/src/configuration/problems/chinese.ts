import { ANSWERS_ZH } from './answers.zh.js'
import { CLIENTS_ZH } from './clients.zh.js'
import { OBSTACLES_ZH } from './obstacles.zh.js'
import { REFUSALS_ZH } from './refusals.zh.js'
import { REMOVALS_ZH } from './removals.zh.js'
import { RULES_ZH } from './rules.zh.js'
import { SHAPE_ZH } from './shape.zh.js'
import { STORES_ZH } from './stores.zh.js'
import { TABLES_ZH } from './tables.zh.js'

/** Words of rules in Chinese. The gateway says them in English, and those words are the key of their translation. */

interface Template {
  readonly pattern: RegExp
  readonly chinese: string
  /** Letters that are no placeholder: the more, the surer a template is meant. */
  readonly weight: number
}

const HOLE = /\{\d\}/

/** The purpose of a setting stands in brackets behind its remedy, in English alone: it is left out. */
const DESCRIPTION = '(?: \\(.*\\))?'

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function templateOf([english, chinese]: readonly [string, string]): Template {
  const parts = english.split(HOLE)
  const pattern = new RegExp(`^${parts.map(escaped).join('(.*?)')}${DESCRIPTION}$`, 's')
  return { pattern, chinese, weight: parts.join('').length }
}

const TABLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...ANSWERS_ZH,
    ...RULES_ZH,
    ...SHAPE_ZH,
    ...OBSTACLES_ZH,
    ...REMOVALS_ZH,
    ...STORES_ZH,
    ...TABLES_ZH,
    ...CLIENTS_ZH,
    ...REFUSALS_ZH,
  }),
)
let templates: readonly Template[] | null = null

/** Chinese for what the gateway says against a setting; the English itself where there is none. Names and values stay as they are. */
export function chineseOf(english: string): string {
  const whole = TABLE.get(english)
  if (whole !== undefined) return whole
  templates ??= [...TABLE].map(templateOf).sort((a, b) => b.weight - a.weight)
  for (const { pattern, chinese } of templates) {
    const found = pattern.exec(english)
    if (found === null) continue
    return chinese.replace(/\{(\d)\}/g, (_, at: string) => pieceOf(found[Number(at) + 1] ?? ''))
  }
  return english
}

/** Pieces that are sentences of their own: hints, names of columns, and what was sealed of a day. */
const SENTENCE = /^(?:did you mean \S+\?|The first row names them: .+|what was sealed \(.+)$/s

/** A piece that is put in: kinds of values and sentences have words of their own, names have none. */
function pieceOf(english: string): string {
  const bare = english.trimEnd()
  return TABLE.get(bare) ?? (SENTENCE.test(bare) ? chineseOf(bare) : english)
}
