import { useEffect } from 'preact/hooks'
import { Overview } from './overview/overview.js'
import { pathOf } from './route.js'
import { words } from './settings.js'
import { Banner } from './shell/banner.js'
import { lateView } from './shell/late-view.js'
import { LeaveWall } from './shell/leave-wall.js'
import { Search } from './shell/search.js'
import { PageLinks, SideBar, urgentCount } from './shell/side-bar.js'
import { SignInDialog } from './shell/sign-in.js'
import { stepsTo, TopBar } from './shell/top-bar.js'
import { route } from './state.js'
import { Keys } from './ui/keys.js'
import { Patterns } from './ui/legend.js'
import { Notice } from './ui/notice.js'

const AlarmsView = lateView(async () => (await import('./alarms/alarms-page.js')).AlarmsView)
const AuditView = lateView(async () => (await import('./reports/audit-page.js')).AuditView)
const ConnectView = lateView(async () => (await import('./devices/connect-page.js')).ConnectView)
const DeviceView = lateView(async () => (await import('./devices/device-page.js')).DeviceView)
const DevicesView = lateView(async () => (await import('./devices/devices-page.js')).DevicesView)
const EnergyView = lateView(async () => (await import('./energy-use/energy-page.js')).EnergyView)
const GatewayView = lateView(async () => (await import('./gateway/gateway-page.js')).GatewayView)
const PlantView = lateView(async () => (await import('./plant/plant-page.js')).PlantView)

export function App() {
  const { wall } = route.value
  const title = usePageTitle()
  useEffect(() => {
    document.documentElement.toggleAttribute('data-wall', wall)
  }, [wall])
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {words().nav.skip}
      </button>
      <Patterns />
      {wall && <LeaveWall />}
      {!wall && <SideBar />}
      {!wall && <TopBar />}
      <main id="content" tabIndex={-1} aria-label={title}>
        <Banner />
        <View />
      </main>
      {!wall && (
        <nav class="bottom" aria-label={words().nav.main}>
          <PageLinks class="bottom-link" />
        </nav>
      )}
      <Search />
      <Keys />
      <SignInDialog />
      <Notice />
    </>
  )
}

function View() {
  const at = route.value
  switch (at.view) {
    case 'overview':
      return <Overview />
    case 'plant':
      return <PlantView key={pathOf(at)} at={at} />
    case 'energy':
      return <EnergyView key={pathOf(at)} at={at} />
    case 'devices':
      return <DevicesView at={at} />
    case 'device':
      return <DeviceView key={pathOf(at)} at={at} />
    case 'alarms':
      return <AlarmsView at={at} />
    case 'reports':
    case 'report':
    case 'figures':
    case 'entries':
      return <AuditView at={at} />
    case 'gateway':
      return <GatewayView />
    case 'connect':
      return <ConnectView at={at} />
  }
}

/** Sets the page's title, which is read in the tab while another page is open: what is shown, and how many alarms need a person. */
function usePageTitle(): string {
  const w = words()
  const here = stepsTo().at(-1)?.name ?? w.product
  const urgent = urgentCount()
  useEffect(() => {
    document.title = `${urgent > 0 ? `(${urgent}) ` : ''}${here} · ${w.product}`
  }, [here, urgent, w])
  return here
}
