// Task of the chart thread: bars to PNG.
import { fileURLToPath } from 'node:url';
import type { Bars } from './usage-bars.ts';

const size = { width: 800, height: 360 } as const;
/** Sharp on screens with two dots a pixel. */
const zoom = 2;
const fontFamily = 'DejaVu Sans';

export async function drawBars(bars: Bars): Promise<Uint8Array> {
  // Imported here, so that a library that cannot be loaded fails this task and not the thread's start.
  const [svg, { Resvg }] = await Promise.all([toSvg(bars), import('@resvg/resvg-js')]);
  const font = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  // Not `renderAsync`: its native work would outlive a thread that is ended.
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    background: '#ffffff',
    // An image for containers has no fonts installed.
    font: { fontFiles: [font], loadSystemFonts: false, defaultFontFamily: fontFamily },
  });
  return drawing.render().asPng();
}

async function toSvg({ title, labels, stacks }: Bars): Promise<string> {
  const [core, { BarChart }, components, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  const { GridComponent, LegendComponent, TitleComponent } = components;
  core.use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = core.init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily, fontSize: 13 },
      title: { text: title, left: 16, top: 12, textStyle: { fontSize: 16, fontWeight: 'normal' } },
      legend: { left: 16, top: 42, itemGap: 28, icon: 'rect', itemWidth: 14 },
      grid: { left: 40, right: 24, top: 84, bottom: 28 },
      xAxis: { type: 'category', data: [...labels], axisTick: { show: false } },
      yAxis: { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: '#e5e8eb' } } },
      series: stacks.map(({ name, colour, values }) => ({
        type: 'bar',
        name,
        stack: 'all',
        data: [...values],
        itemStyle: { color: colour },
        barMaxWidth: 40,
      })),
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
