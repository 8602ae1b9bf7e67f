import { EntriesView } from '../entries/entries-view.js'
import { MarketView } from '../market/market-view.js'
import type { Route } from '../route.js'
import { FiguresView } from './figures-view.js'
import { ReportView } from './report-view.js'
import { ReportsView } from './reports-view.js'

/**
 * The auditor's pages, which are read one after the other: they come together, as each part that is fetched for itself
 * makes the first load of all other pages longer.
 */
export default function AuditView({ at }: { readonly at: AuditRoute }) {
  switch (at.view) {
    case 'reports':
      return <ReportsView at={at} />
    case 'report':
      return <ReportView key={at.report} at={at} />
    case 'figures':
      return <FiguresView at={at} />
    case 'entries':
      return <EntriesView at={at} />
    case 'market':
      return <MarketView at={at} />
  }
}

export type AuditRoute = Extract<Route, { view: 'reports' | 'report' | 'figures' | 'entries' | 'market' }>
