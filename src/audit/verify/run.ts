import { EXIT, type ExitCode } from '../../base/exit-codes.js'
import type { Finding, Text } from '../../base/report.js'
import { complain, endProgress, print, printJson, showProgress } from '../../program/output.js'
import { NAMES } from '../bundle/format.js'
import { LISTED_MAX } from './findings.js'
import { UnreadableError, type Verification, verifyPath } from './verify-path.js'

/** Arguments that the verifier was called with. */
export interface VerifierArguments {
  readonly path: string
  readonly key: string | undefined
  /** Path of the bundle of the period before; undefined when none was given. */
  readonly before?: string | undefined
  /** As the environment has it when absent. */
  readonly language: 'en' | 'zh' | undefined
  readonly isJson: boolean
}

const FINGERPRINT = /^([0-9a-fA-F]{2}[ :-]?){32}$/

/** Checks what lies at a path and says it on stdout, progress on stderr where somebody watches. Gives the exit code. */
export async function runVerifier({
  path,
  key,
  before,
  language = environment(),
  isJson,
}: VerifierArguments): Promise<ExitCode> {
  if (key !== undefined && !FINGERPRINT.test(key)) {
    complain(WORDS.noFingerprint[language])
    return EXIT.usage
  }
  let verification: Verification
  try {
    const given = { ...(key === undefined ? {} : { key }), ...(before === undefined ? {} : { before }) }
    verification = await verifyPath(path, { ...given, onProgress: progressIn(language) })
  } catch (error) {
    endProgress(false)
    if (!(error instanceof UnreadableError)) throw error
    complain(error.message)
    return EXIT.io
  }
  endProgress(false)
  const { what, ok, isKeyNamed, findings } = verification
  if (before !== undefined && what !== 'bundle') {
    complain(WORDS.beforeOfBundle[language])
    return EXIT.usage
  }
  if (isJson) printJson({ what, ok, key_named: isKeyNamed, findings })
  else for (const line of inWords(verification, language)) print(line)
  return verification.ok ? EXIT.ok : EXIT.badData
}

/** All that was found as lines for people, with a verdict at the end. */
export function inWords(verification: Verification, language: 'en' | 'zh'): readonly string[] {
  const { told, consequences } = causesFirst(verification.findings)
  const lines = told.map((finding) => `${MARKS[language][finding.ok ? 'holds' : 'fails']}  ${said(finding, language)}`)
  if (consequences > 0) lines.push(`${MARKS[language].fails}  ${WORDS.consequences(consequences)[language]}`)
  const wrong = told.filter(({ ok }) => !ok).length
  return [...lines, '', ...verdict(verification, wrong)[language]]
}

/** In its first line all that may be relied on. */
function verdict({ what, ok, isKeyNamed }: Verification, wrong: number): Lines {
  if (!ok) return inBoth(WORDS.notAll(wrong))
  if (what === 'report' || isKeyNamed) return inBoth(WORDS.allHolds[what])
  return inBoth(WORDS.soundInItself, WORDS.fits[what], WORDS.whoseKey)
}

type Lines = Readonly<Record<'en' | 'zh', readonly string[]>>

function inBoth(...texts: readonly Text[]): Lines {
  return { en: texts.map(({ en }) => en), zh: texts.map(({ zh }) => zh) }
}

/** Codes of faults in what figures are made with: where that was altered, figures differ, and nobody wants to read of each. */
const CAUSES = new Set(['day', 'missing', 'sealed_file', 'configuration', 'factors', 'freeze', 'root'])

/** Picks the findings to be told; of those that follow from them it gives only how many there are. Nothing is told twice. */
function causesFirst(findings: readonly Finding[]): { told: readonly Finding[]; consequences: number } {
  const isCaused = findings.some(
    ({ ok, code, subject }) => !ok && (CAUSES.has(code) || /^(evidence|archive)\//.test(subject)),
  )
  const seen = new Set<string>()
  let consequences = 0
  const told = findings.filter(({ ok, code, subject }) => {
    if (ok) return true
    const isOfFigures =
      code === 'table' || (code === 'figure' && subject !== '') || (code === 'report' && subject !== NAMES.report)
    if (isCaused && isOfFigures) consequences += 1
    if (isCaused && isOfFigures) return false
    const key = `${code} ${subject}`
    if (subject !== '' && seen.has(key)) return false
    seen.add(key)
    return true
  })
  return { told, consequences }
}

/** The text of a finding; one that does not name what it is about is given the name. */
function said({ subject, text }: Finding, language: 'en' | 'zh'): string {
  const sentence = text[language]
  if (subject === '' || sentence.includes(subject)) return sentence
  return language === 'zh' ? `${subject}：${sentence}` : `${subject}: ${sentence}`
}

const MARKS = { en: { holds: 'holds', fails: 'FAILS' }, zh: { holds: '成立  ', fails: '不成立' } } as const

const WORDS = {
  noFingerprint: {
    en: '--key wants a fingerprint: 64 digits 0-9 a-f, in groups or not, as the plant published it',
    zh: '--key 需要密钥指纹：64 位十六进制数字（可分组），以工厂公布的为准',
  },
  beforeOfBundle: {
    en: '--before goes with an evidence bundle: a report alone, a ledger or a backup is compared with nothing',
    zh: '--before 只用于证据包：单独的报告、账本或备份不与任何报告期比较',
  },
  allHolds: {
    bundle: {
      en: 'Everything holds: this is the report that was frozen, and every figure of its own period follows from the readings in this bundle.',
      zh: '全部成立：这就是当时冻结的报告，其报告期内的每个数值均可由证据包中的读数推出。',
    },
    report: {
      en: 'It is a report as this program writes it. Whether its figures follow from readings, and whether it is the one that was frozen, only its evidence bundle can show.',
      zh: '它是本程序格式的报告。其数值是否由读数推出、是否为当时冻结的报告，须用证据包验证。',
    },
    ledger: {
      en: 'The ledger holds: its entries follow one another, and each is as it was signed.',
      zh: '账本成立：条目首尾相接，每条均与签名时相同。',
    },
  } satisfies Record<Verification['what'], Text>,
  soundInItself: {
    en: 'Sound in itself; whose key it is was not checked.',
    zh: '自身前后一致；签名密钥属于谁未经核对。',
  },
  fits: {
    bundle: {
      en: 'The files fit together: the report is the one that this ledger froze, and every figure of its own period follows from the readings in this bundle.',
      zh: '各文件相互吻合：报告就是该账本冻结的那一份，其报告期内的每个数值均可由证据包中的读数推出。',
    },
    ledger: {
      en: 'The entries of the ledger follow one another, and each is as it was signed.',
      zh: '账本条目首尾相接，每条均与签名时相同。',
    },
  },
  whoseKey: {
    en: 'But anybody can make such files with a key of his own. Get the fingerprint of the key from the plant by another way than these files came, and check again with --key.',
    zh: '但任何人都可以用自己的密钥制作这样的文件。请通过其他途径从工厂取得密钥指纹，并用 --key 重新核查。',
  },
  consequences: (count: number): Text => ({
    en: `and ${count > LISTED_MAX ? `more than ${LISTED_MAX}` : count} ${count === 1 ? 'figure or table that follows' : 'figures and tables that follow'} from it (--json names them)`,
    zh: `以及由此引起的 ${count > LISTED_MAX ? `${LISTED_MAX} 项以上` : `${count} 项`}数值或表格差异（--json 逐一列出）`,
  }),
  notAll: (count: number): Text => ({
    en: `It does NOT hold: ${count} ${count === 1 ? 'finding' : 'findings'} above. Do not rely on it; ask the plant for the bundle anew, and tell it what was found.`,
    zh: `不成立：上面有 ${count} 项问题。请勿采信；请向工厂重新索取证据包，并告知所发现的问题。`,
  }),
} as const

function environment(): 'en' | 'zh' {
  const said = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || ''
  return said.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function progressIn(language: 'en' | 'zh'): (part: number, step: Text) => void {
  let shown = -1
  return (part, step) => {
    const percent = Math.floor(100 * part)
    if (!process.stderr.isTTY || percent === shown) return
    shown = percent
    showProgress(`${String(percent).padStart(3)} %  ${step[language]}`)
  }
}
