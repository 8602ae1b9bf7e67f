import { language } from '../settings.js'
import { use as en } from './en/use.js'
import { use as zh } from './zh/use.js'

/** The words of the page about energy and cost. They come with that page. */
export const useWords = () => (language.value === 'zh' ? zh : en)
