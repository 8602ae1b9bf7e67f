import { chosenPlant, idIn, textIn } from '../address.js'
import { definePage } from '../page.js'

/** The reports of a plant, or of all of them. */
export interface ReportsPlace {
  readonly view: 'reports'
  readonly plant: string | null
}

/** One report: its newest version where none is named; `figure`: the one that is followed to where it comes from. */
export interface ReportPlace {
  readonly view: 'report'
  readonly report: string
  readonly version: number | null
  readonly figure?: string
}

/** The figures of a day or month as they are now; of the first plant where none is chosen. */
export interface FiguresPlace {
  readonly view: 'figures'
  readonly plant: string | null
}

/** Plants, profile, and the days from and to: suzhou-1.ghg.2026-10-01.2026-11-01 */
const REPORT_ID = /^[a-z0-9][a-z0-9_+-]{0,999}\.[a-z0-9-]{1,32}\.\d{4}-\d\d-\d\d\.\d{4}-\d\d-\d\d$/
const FIGURE_ID = /^[^\s?#]{1,300}$/

export const reportsPage = definePage<ReportsPlace>({
  view: 'reports',
  title: { en: 'Reports', zh: '报告' },
  code: 'audit',
  link: { place: { view: 'reports', plant: null }, icon: 'reports', key: 'r' },
  parse: (path, asked) => (path === '/reports' ? { view: 'reports', plant: idIn(asked, 'plant') } : null),
  pathOf: () => '/reports',
  choicesOf: chosenPlant,
})

export const reportPage = definePage<ReportPlace>({
  view: 'report',
  title: null,
  code: 'audit',
  foundOn: 'reports',
  parse: (path, asked) => {
    const [, report = '', version] = /^\/reports\/([^/]+)(?:\/v([1-9]\d{0,5}))?$/.exec(path) ?? []
    if (!REPORT_ID.test(report)) return null
    const place = { view: 'report', report, version: version === undefined ? null : Number(version) } as const
    return { ...place, ...textIn(asked, 'figure', FIGURE_ID) }
  },
  pathOf: ({ report, version }) => `/reports/${report}${version === null ? '' : `/v${version}`}`,
  choicesOf: ({ figure }) => (figure === undefined ? {} : { figure }),
})

export const figuresPage = definePage<FiguresPlace>({
  view: 'figures',
  title: { en: 'Figures of a day or month', zh: '日 / 月数值' },
  code: 'audit',
  foundOn: 'reports',
  hasRange: true,
  parse: (path, asked) => (path === '/figures' ? { view: 'figures', plant: idIn(asked, 'plant') } : null),
  pathOf: () => '/figures',
  choicesOf: chosenPlant,
})
