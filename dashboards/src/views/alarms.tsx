import { alarmKey, alarmList } from '../alarms.js'
import { SeveritySign } from '../components/severity-sign.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'

type AlarmsRoute = Extract<Route, { view: 'alarms' }>

/** The alarms that are open. */
export function AlarmsView({ at }: { readonly at: AlarmsRoute }) {
  const shown = alarmList.value.filter(({ plant }) => at.plant === null || plant === at.plant)
  return (
    <section class="card">
      <ul>
        {shown.map((alarm) => (
          <li key={alarmKey(alarm)}>
            <SeveritySign severity={alarm.severity} state={alarm.state} />
            {words().severities[alarm.severity]} {alarm.text[language.value]}
          </li>
        ))}
      </ul>
    </section>
  )
}
