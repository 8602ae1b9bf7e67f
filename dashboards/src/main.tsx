import { render } from 'preact'
import 'uplot/dist/uPlot.min.css'
import './css/theme.css'
import './css/base.css'
import './css/frame.css'
import './css/controls.css'
import './css/overview.css'
import './css/tiles.css'
import './css/spark.css'
import './css/cards.css'
import './css/robots.css'
import './css/stacks.css'
import { App } from './app.js'
import { start } from './state.js'

start()
render(<App />, document.getElementById('app')!)
