import { fromMarkdown } from 'mdast-util-from-markdown';
import { Type, type Static } from 'typebox';

/**
 * What people write, as a tree of the few things it may hold: the browser draws elements from it and never HTML that
 * somebody wrote. Markdown (CommonMark); HTML in it stays text, images are their description, headings are bold.
 */
const options = { additionalProperties: false } as const;

export const InlineSchema = Type.Object(
  {
    text: Type.String(),
    marks: Type.Array(Type.Union([Type.Literal('strong'), Type.Literal('emphasis'), Type.Literal('code')])),
    href: Type.Union([Type.String({ description: 'http, https or mailto' }), Type.Null()]),
  },
  options,
);
export type Inline = Static<typeof InlineSchema>;

export const BlockSchema = Type.Object(
  {
    type: Type.Union([Type.Literal('paragraph'), Type.Literal('item'), Type.Literal('quote'), Type.Literal('code')]),
    /** Of an item in a numbered list; null in one without numbers. */
    number: Type.Union([Type.Integer(), Type.Null()]),
    /** How deep a list lies in others, from 0. */
    depth: Type.Integer(),
    inlines: Type.Array(InlineSchema, { description: 'Line breaks are "\\n" in texts' }),
  },
  options,
);
export type Block = Static<typeof BlockSchema>;

const DEEPEST = 8;

type RootContent = ReturnType<typeof fromMarkdown>['children'][number];
type PhrasingContent = Extract<RootContent, { readonly type: 'paragraph' }>['children'][number];

/** @param markdown at most 64 k characters */
export function proseOf(markdown: string): Block[] {
  return blocksOf(fromMarkdown(markdown).children, { type: 'paragraph', number: null, depth: 0 });
}

type Place = Pick<Block, 'type' | 'number' | 'depth'>;

function blocksOf(nodes: readonly RootContent[], place: Place): Block[] {
  return nodes.flatMap((node): Block[] => {
    switch (node.type) {
      case 'paragraph':
        return [{ ...place, inlines: inlinesOf(node.children, [], null) }];
      case 'heading':
        return [{ ...place, inlines: inlinesOf(node.children, ['strong'], null) }];
      case 'code':
        return [{ ...place, type: 'code', inlines: [plain(node.value, ['code'])] }];
      case 'blockquote':
        return blocksOf(node.children, { ...place, type: 'quote' });
      case 'list':
        return node.children.flatMap((item, index) => {
          const number = node.ordered === true ? (node.start ?? 1) + index : null;
          const depth = Math.min(DEEPEST, place.type === 'item' ? place.depth + 1 : 0);
          return blocksOf(item.children, { type: 'item', number, depth });
        });
      case 'html':
        return [{ ...place, inlines: [plain(node.value, [])] }];
      default:
        return [];
    }
  });
}

function inlinesOf(nodes: readonly PhrasingContent[], marks: Inline['marks'], href: string | null): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    switch (node.type) {
      case 'text':
      case 'html':
        return [{ text: node.value, marks, href }];
      case 'inlineCode':
        return [{ text: node.value, marks: [...marks, 'code'], href }];
      case 'strong':
      case 'emphasis':
        return inlinesOf(node.children, marks.includes(node.type) ? marks : [...marks, node.type], href);
      case 'link':
        return inlinesOf(node.children, marks, safeLink(node.url));
      case 'break':
        return [{ text: '\n', marks, href }];
      case 'image':
        return [{ text: node.alt ?? '', marks, href }];
      default:
        return [];
    }
  });
}

const plain = (text: string, marks: Inline['marks']): Inline => ({ text, marks, href: null });

/** Null for anything that would do more than open a page or a letter. */
function safeLink(url: string): string | null {
  return /^(https?:\/\/|mailto:)[^\s\\]+$/i.test(url) && url.length <= 2_000 ? url : null;
}
