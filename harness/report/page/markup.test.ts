import { describe, expect, it } from 'vitest';
import { html, nothing } from './markup.ts';

describe('html', () => {
  it('escapes every value that is no markup, in text and in attributes', () => {
    expect(html`<p title="${`"'`}">${'<b> & </b>'}</p>`.markup).toBe(
      '<p title="&quot;&#39;">&lt;b&gt; &amp; &lt;/b&gt;</p>',
    );
  });

  it('nests markup, lists, numbers and nothing', () => {
    expect(html`${[html`<i>${1}</i>`, 'a<', [nothing, null]]}`.markup).toBe('<i>1</i>a&lt;');
  });

  it('shows control and bidirectional characters instead of obeying them', () => {
    expect(html`${'a\u0000\u202Eb'}`.markup).toBe('a\\u0000\\u202Eb');
  });
});
