import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Overview } from './overview/overview.js'
import { pageOf } from './pages.js'
import { pathOf, type Route } from './route.js'
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

type PageView = ComponentType<{ readonly at: Route }>

/** Code of the pages but the first, each in a file `CODE-page.tsx` of its folder. */
const FILES = import.meta.glob<PageView>('./*/*-page.tsx', { import: 'default' })
const VIEWS: ReadonlyMap<string, PageView> = new Map(
  Object.entries(FILES).map(([path, fetchView]) => [/([^/]+)-page\.tsx$/.exec(path)![1]!, lateView(fetchView)]),
)

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
  if (at.view === 'overview') return <Overview />
  const { code } = pageOf(at.view)
  const Shown = VIEWS.get(code ?? at.view)!
  // Pages that come together keep what they have drawn when one goes from one of them to the other.
  return <Shown key={code ?? pathOf(at)} at={at} />
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
