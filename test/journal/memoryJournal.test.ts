import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { journalContract } from './contract.ts';

journalContract('MemoryJournal', () => Promise.resolve(new MemoryJournal()));
