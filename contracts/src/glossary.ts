/** How the terms that the code speaks are called by the people who read them. */
import glossary from '../glossary.json' with { type: 'json' }

const dutch: ReadonlyMap<string, string> = new Map(glossary.terms.map(({ term, nl }) => [term, nl]))

/** The Dutch term; undefined where the glossary has none. */
export const dutchTerm = (term: string): string | undefined => dutch.get(term)
