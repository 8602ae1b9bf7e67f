import { type Finding, plantsWithoutReadings, type Report, type ReportItem, type Text } from '../../base/report.js'
import type { VersionRef } from '../bundle/ledger-part.js'
import { checkDocument } from '../report/checks/all.js'
import { bilingual } from '../report/words.js'
import { buildDraft, keepDraft } from './draft.js'
import { type FreezeDeps, type FreezeRequest, freeze } from './freeze.js'
import { JobRefused, type Jobs, type Progress } from './jobs.js'
import type { ReportRegister } from './report-register.js'

export interface ReportRequestsDeps extends FreezeDeps {
  readonly jobs: Jobs
  /** Resolves when what is in the ledger by now is where it outlives this machine. */
  kept?(): Promise<void>
  /** Makes the evidence bundle of a frozen version in its folder. */
  makeBundle(item: ReportItem, progress: Progress): Promise<void>
  /** Checks a bundle as the verifier does. */
  checkBundle(item: ReportItem, progress: Progress): Promise<readonly Finding[]>
  checkLedger(progress: Progress): Promise<readonly Finding[]>
}

/** Something cannot be done with a version as it is; the message says why. */
export class NotNow extends Error {}

type Wish = Pick<FreezeRequest, 'request' | 'languages'>
type Submitted = ReturnType<Jobs['submit']>

/** Does what people, schedules and the command line ask of reports. Long work becomes a job; null where too many wait. */
export class ReportRequests {
  readonly #deps: ReportRequestsDeps
  /** Reports that jobs freeze, or wait to. */
  readonly #freezing = new Set<FreezeRequest['request']>()

  constructor(deps: ReportRequestsDeps) {
    this.#deps = deps
  }

  get register(): ReportRegister {
    return this.#deps.register
  }

  get jobs(): Jobs {
    return this.#deps.jobs
  }

  /** Makes a draft in place of the one there is. */
  draft({ request, languages }: Wish): Submitted {
    return this.#deps.jobs.submit('report', async ({ step, signal }) => {
      step(0.1, bilingual('adds up the figures', '正在汇总数据'))
      const draft = await buildDraft(this.#deps, request, signal)
      const { id, version } = await keepDraft(this.#deps, draft, languages)
      const wrong = checkDocument(draft.report).filter(({ ok }) => !ok)
      const findings = [...wrong, ...withoutReadings(draft.report)]
      return { report: { id, version }, detail: madeText(wrong.length), findings }
    })
  }

  /** True while a job freezes a report of a plant, or waits to. */
  isFreezing(plant: string): boolean {
    return [...this.#freezing].some(({ plants }) => plants.includes(plant))
  }

  freeze(wish: FreezeRequest): Submitted {
    const { request } = wish
    const submitted = this.#freeze(wish)
    if (submitted === null) return null
    this.#freezing.add(request)
    void submitted.ended.finally(() => this.#freezing.delete(request))
    return submitted
  }

  #freeze(wish: FreezeRequest): Submitted {
    return this.#deps.jobs.submit('freeze', async (progress) => {
      const { id, version, sha256 } = await freeze(this.#deps, wish, progress)
      progress.step(0.95, bilingual('is brought to where it outlives this machine', '正在保存到本机之外'))
      await this.#deps.kept?.().catch((error: Error) => refuseUnkept(version, error))
      const { report } = this.#deps.register.folders.readReport({ id, version }, sha256)
      return { report: { id, version }, detail: bilingual('it is frozen', '已冻结'), findings: withoutReadings(report) }
    })
  }

  bundle(item: ReportItem): Submitted {
    refuseDraft(item)
    return this.#deps.jobs.submit('bundle', async (progress) => {
      if (!this.#deps.register.folders.hasBundle(item)) await this.#deps.makeBundle(item, progress)
      this.#deps.register.touched(item)
      return { report: refOf(item), detail: bilingual('the evidence bundle is made', '证据包已生成') }
    })
  }

  /** Makes the bundle where there is none, and checks it. */
  check(item: ReportItem): Submitted {
    refuseDraft(item)
    return this.#deps.jobs.submit('check', async (progress) => {
      if (!this.#deps.register.folders.hasBundle(item)) await this.#deps.makeBundle(item, progress)
      this.#deps.register.touched(item)
      const findings = await this.#deps.checkBundle(item, progress)
      return { report: refOf(item), detail: summary(findings), findings: worstFirst(findings) }
    })
  }

  checkLedger(): Submitted {
    return this.#deps.jobs.submit('ledger_check', async (progress) => {
      const findings = await this.#deps.checkLedger(progress)
      return { report: null, detail: summary(findings), findings: worstFirst(findings) }
    })
  }

  /** A person has verified a frozen version. Throws `NotNow` for one that cannot be. */
  async verified(item: ReportItem, by: string, note: string): Promise<ReportItem> {
    if (item.status !== 'frozen') {
      throw new NotNow(`Version ${item.version} is ${item.status}; only a frozen one can be verified.`)
    }
    const at = new Date(this.#deps.clock.nowMs()).toISOString()
    const { id, version, sha256 } = item
    await this.#deps.ledger.append({ act: 'verified', report: id, version, sha256, by, days: [] })
    return this.#deps.register.change(item, { note, item: { status: 'verified', verified_at: at, verified_by: by } })
  }

  /** Throws `NotNow` for what is not a draft. */
  remove(item: ReportItem): void {
    if (item.status !== 'draft') throw new NotNow(`Version ${item.version} is ${item.status}: only drafts are deleted.`)
    this.#deps.register.forget(item)
  }
}

/** A warning for each plant without a reading: such a report may be meant, and is frozen all the same. */
function withoutReadings(report: Report): readonly Finding[] {
  return plantsWithoutReadings(report).map((plant) => ({
    ok: false,
    code: 'no_readings',
    subject: plant,
    text: bilingual(
      `no reading of ${plant} was received in the period; look whether the days are the right ones, and its devices sent`,
      `报告期内未收到 ${plant} 的任何读数；请核对起止日期，并检查其设备是否发送了数据`,
    ),
  }))
}

function refuseUnkept(version: number, { message }: Error): never {
  throw new JobRefused(
    bilingual(
      `version ${version} is frozen, but only on this machine so far, and is lost with it: give it out when "greengauge cluster status" shows a later checkpoint (${message})`,
      `第 ${version} 版已冻结，但目前仅存于本机，本机损毁即丢失：请在 "greengauge cluster status" 显示更晚的检查点后再对外提供（${message}）`,
    ),
  )
}

function refuseDraft({ status, version }: ReportItem): void {
  if (status === 'draft') throw new NotNow(`Version ${version} is a draft: an evidence bundle is of a frozen version.`)
}

function madeText(wrong: number): Text {
  if (wrong === 0) return bilingual('the draft is made', '草稿已生成')
  return bilingual(
    `the draft is made, and ${wrong} ${wrong === 1 ? 'check' : 'checks'} of it by itself do not hold: it cannot be frozen`,
    `草稿已生成，但其自身的一致性检查有 ${wrong} 项不成立，不能冻结`,
  )
}

function summary(findings: readonly Finding[]): Text {
  const wrong = findings.filter(({ ok }) => !ok).length
  if (wrong === 0) return bilingual(`all of ${findings.length} checks hold`, `全部 ${findings.length} 项检查均通过`)
  return bilingual(
    `${wrong} of ${findings.length} checks do not hold`,
    `${findings.length} 项检查中有 ${wrong} 项未通过`,
  )
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => Number(a.ok) - Number(b.ok))
}

function refOf({ id, version }: VersionRef): VersionRef {
  return { id, version }
}
