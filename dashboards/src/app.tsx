import { useEffect } from 'preact/hooks'
import { Banner } from './components/banner.js'
import { Patterns } from './components/legend.js'
import { plantName, SideBar } from './components/side-bar.js'
import { TopBar } from './components/top-bar.js'
import { words } from './settings.js'
import { plantList, route } from './state.js'
import { Overview } from './views/overview.js'
import { PlantView } from './views/plant.js'

export function App() {
  const at = route.value
  const title = usePageTitle()
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {words().nav.skip}
      </button>
      <Patterns />
      <SideBar />
      <TopBar />
      <main id="content" tabIndex={-1} aria-label={title}>
        <Banner />
        {at.view === 'overview' ? <Overview /> : <PlantView key={at.plant} at={at} />}
      </main>
    </>
  )
}

function usePageTitle(): string {
  const w = words()
  const at = route.value
  const plant = at.view === 'plant' ? plantList.value.find((p) => p.id === at.plant) : undefined
  const here = at.view === 'overview' ? w.nav.overview : plant === undefined ? at.plant : plantName(plant)
  useEffect(() => {
    document.title = `${here} · ${w.product}`
  }, [here, w])
  return here
}
