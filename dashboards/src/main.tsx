import { render } from 'preact'
import 'uplot/dist/uPlot.min.css'
import './ui/theme.css'
import './ui/base.css'
import './shell/frame.css'
import './ui/controls.css'
import './ui/overlays.css'
import './shell/range.css'
import './ui/severity.css'
import './overview/overview.css'
import './shell/needs.css'
import './tiles/tiles.css'
import './tiles/tile-rows.css'
import './chart/spark.css'
import './chart/bands.css'
import './shell/wall.css'
import './ui/cards.css'
import './chart/chart.css'
import './plant/robots.css'
import './chart/gantt.css'
import './plant/losses.css'
import './plant/quality.css'
import './plant/stacks.css'
import './gateway/gateway.css'
import './devices/devices.css'
import './devices/device-list.css'
import './devices/messages.css'
import './chart/dots.css'
import './devices/quarantine.css'
import './devices/connect.css'
import './newcomers/newcomers.css'
import './plant/plant.css'
import './plant/flow.css'
import './plant/carbon.css'
import './alarms/alarms.css'
import './alarms/alarm-act.css'
import './alarms/alarm-detail.css'
import { noteNoAnswer, noteRefusalWords } from './gateway/api.js'
import { openWhenSignedIn, Root } from './root.js'
import { guardSession, lookAgain } from './session.js'
import { fetchOtherWords, fetchWords, language, words } from './settings.js'
import { fetchLater, fetchWhenIdle } from './shell/late-view.js'

guardSession()
await Promise.all([fetchWords(), lookAgain()])
noteNoAnswer(() => words().error.noAnswer)
noteRefusalWords(async (detail) => {
  if (language.value !== 'zh') return detail
  const { chineseOf } = await import('./configuration/problems/chinese.js')
  return chineseOf(detail)
})
openWhenSignedIn()
render(<Root />, document.getElementById('app')!)
fetchLater(fetchOtherWords)
fetchWhenIdle()
