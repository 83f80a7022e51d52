/** A worker thread of a decoding campaign. */
import { decoding } from './crew.ts';
import { work } from './work.ts';

await work(decoding);
