import { ReportTabs } from '../components/report-tabs.js'
import type { Route } from '../route.js'

type EntriesRoute = Extract<Route, { view: 'entries' }>

export function EntriesView({ at: _ }: { readonly at: EntriesRoute }) {
  return <ReportTabs />
}
