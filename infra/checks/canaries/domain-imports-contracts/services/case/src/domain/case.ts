import { topic } from '@wederhoor/contracts/published'

export const open = () => [topic]
