import { Button, Card, Stack, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Product } from '../api/index.js';
import { Answer, Facts, labelOf, Page, Section, StateBadge, timeText, valueText, wordsOf } from '../shell/index.js';
import { ChangeProductButton } from './change-product-button.js';
import { handOverLabels, onFailureLabels, productStateLabels, sourceText } from './product-words.js';
import { useProduct } from './use-products.js';

/** One product: how it is sold, and what it is made of. */
export function ProductRoom() {
  const { productId } = useParams({ from: '/app/products/$productId' });
  const queries = useQueryClient();
  const asked = useProduct(productId);
  const refresh = () => {
    for (const what of ['product', 'products']) void queries.invalidateQueries({ queryKey: [what] });
  };
  return (
    <Page
      title={asked.data ? asked.data.name : `Product #${productId}`}
      aside={asked.data && <ChangeProductButton product={asked.data} onDone={refresh} />}
    >
      <Answer asked={asked} what="product">
        {({ code, description, state, onFailure, addonOf, components, updatedAt }) => (
          <Stack gap="lg">
            <Facts
              facts={[
                ['Code', code],
                ['State', <StateBadge state={state} label={productStateLabels[state]} key="state" />],
                ['Description', description === '' ? '–' : description],
                ['When it cannot be made', onFailureLabels[onFailure ?? '']],
                ['Added to', addonOf.length === 0 ? '–' : addonOf.join(', ')],
                ['Changed', timeText(updatedAt)],
              ]}
            />
            <Section
              title="Components"
              aside={
                <Button component={Link} to={`/app/products/${productId}/components`} size="xs" variant="default">
                  Change components
                </Button>
              }
            >
              {components.map((component) => (
                <Card withBorder key={component.name} component="article" aria-label={component.name}>
                  <Title order={3} size="h5" mb="xs">
                    {labelOf(component.name)}
                  </Title>
                  <Facts facts={factsOf(component)} />
                </Card>
              ))}
            </Section>
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

type Component = Product['components'][number];

function factsOf({ extension, serverGroupId, settings, connections, inputs, site, handOver }: Component) {
  const wires = Object.entries(inputs as Record<string, Parameters<typeof sourceText>[0]>);
  return [
    ['Extension', extension] as const,
    ['Server group', `#${serverGroupId}`] as const,
    ['Handed over', handOverLabels[handOver]] as const,
    ...(site === null ? [] : [['Works for', sourceText(site)] as const]),
    ...wires.map(([field, source]) => [`${wordsOf(field)}, wired`, sourceText(source)] as const),
    ...Object.entries(connections as Record<string, string>).map(([kind, id]) => [`${wordsOf(kind)} server`, `#${id}`] as const),
    ...Object.entries(settings).map(([name, value]) => [wordsOf(name), valueText(value)] as const),
  ];
}
