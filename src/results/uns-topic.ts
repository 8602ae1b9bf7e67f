import type { Scope } from '../base/kpi.js'

/** Placeholders of a template, each in place of a whole level. */
const PLACEHOLDERS = ['plant', 'line', 'device', 'kpi', 'window', 'state'] as const
type Placeholder = (typeof PLACEHOLDERS)[number]

/** Without these two figures would have one topic. */
const NEEDED: readonly Placeholder[] = ['plant', 'kpi', 'window', 'state']

const LEVELS_MAX = 12

/** Levels of a topic by placeholder; '' for a level that is to be left out. */
export type UnsLevels = Readonly<Record<Placeholder, string>>

/** Sentence on what is wrong with a template of topics; null when nothing is. */
export function unsProblem(template: string): string | null {
  const levels = template.split('/')
  if (levels.length > LEVELS_MAX) return `has ${levels.length} levels, and ${LEVELS_MAX} are the most`
  const wrong = levels.find((level) => level === '' || (/[+#{}\0]/.test(level) && placeholderOf(level) === null))
  if (wrong !== undefined) {
    return `a level is a text without "+" and "#", or one of ${PLACEHOLDERS.map((one) => `{${one}}`).join(' ')}`
  }
  if (template.startsWith('$') || /^(plants|spBv1\.0|results)(\/|$)/.test(template)) {
    return 'begins with $ or with plants, spBv1.0 or results, which are topics of their own'
  }
  // Its filter would take in the topics under which devices publish, and keep them all from it.
  if (placeholderOf(levels[0]!) !== null) {
    return 'begins with a placeholder, which devices’ topics would match too: begin with a fixed level, such as acme'
  }
  const missing = NEEDED.filter((one) => !levels.includes(`{${one}}`))
  if (missing.length > 0)
    return `needs ${missing.map((one) => `{${one}}`).join(' ')}, so that no two figures share a topic`
  return null
}

/** The topic of a figure by a template without a problem. */
export function unsTopic(template: string, levels: UnsLevels): string {
  return template
    .split('/')
    .map((level) => {
      const placeholder = placeholderOf(level)
      return placeholder === null ? level : levels[placeholder]
    })
    .filter((level) => level !== '')
    .join('/')
}

/** The topic filter of all figures of a scope by a template. */
export function unsFilter(template: string, scope: Scope): string {
  const line = scope === 'plant' ? '' : '+'
  const device = scope === 'device' ? '+' : ''
  return unsTopic(template, { plant: '+', line, device, kpi: '+', window: '+', state: '+' })
}

/** True when figures of all these scopes have topics of their own by a template. */
export function tellsScopes(template: string, scopes: readonly Scope[]): boolean {
  const has = (level: string) => template.split('/').includes(level)
  if (scopes.includes('line') && !has('{line}')) return false
  return !scopes.includes('device') || has('{device}')
}

function placeholderOf(level: string): Placeholder | null {
  return PLACEHOLDERS.find((one) => level === `{${one}}`) ?? null
}
