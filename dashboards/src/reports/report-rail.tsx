import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Report, ReportItem } from '../../../src/base/report.js'
import { unnumberedTitle } from '../../../src/base/section-title.js'
import { linkTo } from '../nav.js'
import { language } from '../settings.js'
import { minuteText } from '../time/time.js'
import { sectionAnchor } from './report-document.js'
import { ReportState, ReportWarning } from './report-state.js'
import { sectionNumbers } from './section-numbers.js'
import { reportWords } from './words.js'

interface RailProps {
  readonly report: Report
  readonly item: ReportItem
  readonly versions: readonly ReportItem[]
}

/** The sections of the report, and its versions, the newest first. */
export function ReportRail({ report, item, versions }: RailProps) {
  const dictionary = reportWords()
  const w = dictionary.document
  const lang = language.value
  const zone = report.plants[0]?.timezone ?? 'UTC'
  const shown = useShownSection(report)
  const numbers = sectionNumbers(report)
  return (
    <div class="report-rail">
      <nav aria-label={w.contents}>
        <h2>{w.contents}</h2>
        <ol>
          {report.sections.map((section) => (
            <li key={section.id}>
              <button
                type="button"
                class="rail-section"
                aria-current={shown === section.id ? 'true' : undefined}
                onClick={() => goToSection(section.id)}
              >
                <span class="num">{numbers.get(section.id)}</span>
                <span>{unnumberedTitle(section.title)[lang]}</span>
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <nav aria-label={w.versions}>
        <h2>{w.versions}</h2>
        <ol class="rail-versions">
          {versions.map((each) => (
            <li key={each.version} class={`is-${each.status}`}>
              <a
                href={linkTo({ view: 'report', report: each.id, version: each.version })}
                aria-current={each.version === item.version ? 'true' : undefined}
              >
                <strong class="num">{dictionary.version(String(each.version))}</strong>
                <ReportState status={each.status} />
                <span class="rail-when num faint">
                  {minuteText(Date.parse(each.verified_at ?? each.frozen_at ?? each.created_at), zone, lang)}
                </span>
                {(each.verified_by ?? each.frozen_by) !== null && (
                  <span class="rail-when faint">{each.verified_by ?? each.frozen_by}</span>
                )}
                <ReportWarning item={each} />
              </a>
            </li>
          ))}
        </ol>
      </nav>
    </div>
  )
}

function goToSection(id: string): void {
  const section = document.getElementById(sectionAnchor(id))
  section?.scrollIntoView({ block: 'start' })
  section?.focus({ preventScroll: true })
}

/** The section at the top of what is seen. */
function useShownSection({ sections }: Report): string | undefined {
  const shown = useSignal(sections[0]?.id)
  useEffect(() => {
    const follow = () => {
      const line = innerHeight / 3
      const passed = sections.filter(({ id }) => {
        const top = document.getElementById(sectionAnchor(id))?.getBoundingClientRect().top
        return top !== undefined && top < line
      })
      shown.value = (passed.at(-1) ?? sections[0])?.id
    }
    addEventListener('scroll', follow, { passive: true })
    return () => removeEventListener('scroll', follow)
  }, [sections])
  return shown.value
}
