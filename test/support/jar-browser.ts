/** A browser without a screen: it keeps cookies and follows redirects. */
export class JarBrowser {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** Follows redirects until `isThere` says so of an address, which is then not asked for, or there are none. */
  async go(address: string, isThere: (url: URL) => boolean): Promise<URL> {
    let url = new URL(address)
    for (let hops = 0; hops < 20; hops++) {
      if (isThere(url)) return url
      const answer = await this.ask(url.href)
      await answer.text()
      const to = answer.headers.get('location')
      if (to === null) throw new Error(`${url.pathname} answers ${answer.status} and leads nowhere`)
      url = new URL(to, url)
    }
    throw new Error('redirects without an end')
  }

  /** One request, without its redirects. */
  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(address)
    const jar = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(address, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const name = pair.slice(0, pair.indexOf('='))
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, pair.slice(name.length + 1))
    }
    return answer
  }

  cookiesOf(origin: string): ReadonlyMap<string, string> {
    return this.#cookies.get(origin) ?? new Map()
  }
}
