import { HOUR_MS } from '../../../base/durations.js'
import type { Finding, Report, ReportFigure, Text } from '../../../base/report.js'
import { rulesEditionOf } from '../../../kpi/rules-edition.js'

/** Something in a finished report that cannot be so; `isOfEdition` where the rules of its own edition make it so. */
export interface Breach {
  /** Id of the figure, or of the table, that it is about. */
  readonly subject: string
  readonly text: Text
  readonly isOfEdition?: boolean
}

/** One thing that has to hold within a report, whatever made it. */
export interface Check {
  readonly id: string
  breaches(checked: CheckedReport): Iterable<Breach>
}

/** A finished report as checks look at it: its figures by id, and nothing of how they were made but what it says itself. */
export class CheckedReport {
  readonly report: Report
  /** 1 for one that states none. */
  readonly edition: number

  constructor(report: Report) {
    this.report = report
    this.edition = rulesEditionOf(report.basis.rules) ?? report.basis.rules ?? 1
  }

  get figures(): readonly (readonly [id: string, figure: ReportFigure])[] {
    return Object.entries(this.report.figures)
  }

  figure(id: string): ReportFigure | undefined {
    return Object.hasOwn(this.report.figures, id) ? this.report.figures[id] : undefined
  }

  /** The value as the nearest double; null where there is no such figure, or it is not known. */
  number(id: string): number | null {
    const value = this.figure(id)?.value ?? null
    return value === null ? null : Number(value)
  }

  /** The figures whose ids match, with what the pattern catches. */
  *matching(pattern: RegExp): Generator<{ readonly id: string; readonly caught: readonly string[] }> {
    for (const [id] of this.figures) {
      const found = pattern.exec(id)
      if (found !== null) yield { id, caught: found.slice(1) }
    }
  }

  /** Length of the period of a plant as far as it was over when the report was made, h; 0 for a plant it does not have. */
  dueHours(plant: string): number {
    const found = this.report.plants.find(({ id }) => id === plant)
    if (found === undefined) return 0
    const endMs = Math.min(Date.parse(found.end), Date.parse(this.report.basis.archive.now))
    return Math.max(0, endMs - Date.parse(found.start)) / HOUR_MS
  }
}

/** Days are rounded to a millionth each: as much as so many of them may come to, and what a double cannot tell apart. */
export function isNear(a: number, b: number, roundings = 0): boolean {
  return Math.abs(a - b) <= roundings * 1e-6 + 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
}

export function breach(subject: string, en: string, zh: string): Breach {
  return { subject, text: { en: `${subject}: ${en}`, zh: `${subject}：${zh}` } }
}

/** All that was found, as findings. What the rules of an older edition make so is told, and is not held against the report. */
export function findingsOf(check: Check, checked: CheckedReport): Finding[] {
  return [...check.breaches(checked)].map(({ subject, text, isOfEdition = false }) => {
    if (!isOfEdition) return { ok: false, code: 'check', subject, text }
    const { en, zh } = text
    return {
      ok: true,
      code: 'edition_fault',
      subject,
      text: {
        en: `${en}; the rules of edition ${checked.edition} made it so, a new version of the report corrects it`,
        zh: `${zh}；此为第 ${checked.edition} 版计算规则所致，报告的新版本会予以更正`,
      },
    }
  })
}
