export type Decision = 'accepted' | 'refused'
