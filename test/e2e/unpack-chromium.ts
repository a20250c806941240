import chromium from '@sparticuz/chromium';

/** Unpacks the Chromium of the package into TMPDIR, two hundred megabytes, and says where it is. */
process.stdout.write(await chromium.executablePath());
