/** In CloudWatch, of the metrics that functions, the batch and the console put out. */
export const METRICS_NAMESPACE = "Longshore";
