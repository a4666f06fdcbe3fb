/** What this package reads from the environment; nothing else here touches `process.env`. Only tests ask for it. */
export const goldenConfig = () => ({ update: process.env['UPDATE_GOLDEN'] === '1' })
