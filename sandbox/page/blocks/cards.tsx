// Cards, carousels of them, and containers that can be folded.
import type { ComponentChildren, VNode } from 'preact';
import { type Block, pictureOf, plain } from './block-kit.ts';
import type { BlockProps } from './block-actions.ts';
import { Element } from './elements.tsx';
import { Text } from './text.tsx';

export function Card({ block, on }: BlockProps): VNode {
  const { hero_image: hero, icon, title, subtitle, body, subtext, actions } = block;
  return (
    <div class="card-block">
      {hero === undefined ? null : <img src={pictureOf(hero)} alt={hero.alt_text ?? ''} />}
      <div class="card-head">
        {icon === undefined ? null : (
          <img class="icon-image" src={pictureOf(icon)} alt={icon.alt_text ?? ''} />
        )}
        <div>
          {title === undefined ? null : (
            <strong>
              <Text text={title} on={on} />
            </strong>
          )}
          {subtitle === undefined ? null : <Text text={subtitle} on={on} />}
        </div>
      </div>
      {body === undefined ? null : <Text text={body} on={on} />}
      {subtext === undefined ? null : (
        <div class="context-block">
          <Text text={subtext} on={on} />
        </div>
      )}
      {actions === undefined ? null : (
        <div class="actions">
          {actions.map((element, at) => (
            <Element key={element.action_id ?? at} element={element} block={block} on={on} />
          ))}
        </div>
      )}
    </div>
  );
}

export function Carousel({ block, on }: BlockProps): VNode {
  const cards = (block.elements ?? []) as unknown as readonly BlockProps['block'][];
  return (
    <div class="carousel" role="group" aria-label="Cards" tabIndex={0}>
      {cards.map((card, at) => (
        <Card key={card.block_id ?? at} block={card} on={on} />
      ))}
    </div>
  );
}

export function Container({
  block,
  children,
}: {
  block: Block;
  children: ComponentChildren;
}): VNode {
  const title = plain(block.title) || 'Details';
  if (block.is_collapsible === true) {
    return (
      <details class="container-block" open={block.default_collapsed !== true}>
        <summary>{title}</summary>
        {children}
      </details>
    );
  }
  return (
    <div class="container-block">
      <p class="header-block">{title}</p>
      {children}
    </div>
  );
}
