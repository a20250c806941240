/** The lazily loaded chunk: only the parts of ECharts that our drawings use. */
import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, CustomChart, GridComponent, CanvasRenderer]);

export { init };
