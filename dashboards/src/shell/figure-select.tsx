import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { KpiInfo } from '../../../src/base/kpi.js'
import type { LatestAnswer } from '../../../src/base/wire.js'
import { decimal } from '../format.js'
import { get } from '../gateway/api.js'
import { goTo } from '../nav.js'
import { grouped } from '../plant/figure-groups.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'
import { Dialog } from '../ui/dialog.js'
import { Icon } from '../ui/icon.js'
import { subscripts } from '../ui/text.js'

interface FigureSelectProps {
  readonly kpis: readonly KpiInfo[]
  readonly at: Extract<Route, { view: 'plant' }>
  readonly shown: KpiInfo
}

/** The name of the figure that a chart shows, and the choice of another. */
export function FigureSelect({ kpis, at, shown }: FigureSelectProps) {
  const isOpen = useSignal(false)
  return (
    <>
      <h2 class="select is-button">
        <button type="button" aria-haspopup="dialog" title={words().chart.choose} onClick={() => (isOpen.value = true)}>
          {subscripts(shown.name[language.value])}
          <Icon name="chevron" />
        </button>
      </h2>
      <Dialog
        title={words().chart.choose}
        isOpen={isOpen.value}
        onClose={() => (isOpen.value = false)}
        class="search figure-list"
      >
        <FigureList
          kpis={kpis}
          plant={at.plant}
          shown={shown}
          onChoose={(kpi) => {
            isOpen.value = false
            goTo({ ...at, kpi })
          }}
        />
      </Dialog>
    </>
  )
}

interface FigureListProps {
  readonly kpis: readonly KpiInfo[]
  readonly plant: string
  readonly shown: KpiInfo
  readonly onChoose: (kpi: string) => void
}

/** The figures that the plant has, by subject; a part of a name narrows them. */
function FigureList({ kpis, plant, shown, onChoose }: FigureListProps) {
  const w = words().chart
  const lang = language.value
  const text = useSignal('')
  const has = useFiguresOf(plant)
  const groups = grouped(kpis, text.value, has)
  const first = groups[0]?.figures[0]
  const missing = has === null ? 0 : kpis.filter(({ id }) => !has.has(id)).length
  return (
    <>
      <input
        type="search"
        class="input"
        aria-label={w.find}
        placeholder={w.find}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && first !== undefined) onChoose(first.id)
        }}
      />
      <div class="figure-groups">
        {groups.map(({ group, figures }) => (
          <section key={group} aria-label={w.groups[group]}>
            <h3>{w.groups[group]}</h3>
            {figures.map(({ id, name }) => (
              <button
                key={id}
                type="button"
                class="menu-item"
                aria-current={id === shown.id ? 'true' : undefined}
                data-kpi={id}
                onClick={() => onChoose(id)}
              >
                {subscripts(name[lang])}
              </button>
            ))}
          </section>
        ))}
      </div>
      {groups.length === 0 && <p class="faint">{words().search.none}</p>}
      {missing > 0 && <p class="faint num">{w.notHere(decimal(missing, 0, lang))}</p>}
    </>
  )
}

/** A figure has one of these windows wherever it is. */
const WINDOWS = ['1d', '1mo'] as const

/** Ids of the figures of which the plant has ever had a point; null while that is not known. */
function useFiguresOf(plant: string): ReadonlySet<string> | null {
  const has = useSignal<ReadonlySet<string> | null>(null)
  useEffect(() => {
    let isCurrent = true
    const asked = WINDOWS.map((window) => {
      const query = new URLSearchParams({ scope: 'plant', window })
      return get<LatestAnswer>(`/plants/${encodeURIComponent(plant)}/kpis/latest?${query}`)
    })
    void Promise.all(asked).then((answers) => {
      if (!isCurrent || answers.some(({ kind }) => kind !== 'loaded')) return
      has.value = new Set(
        answers.flatMap((answer) => (answer.kind === 'loaded' ? answer.value.points.map(({ kpi }) => kpi) : [])),
      )
    })
    return () => {
      isCurrent = false
    }
  }, [plant])
  return has.value
}
