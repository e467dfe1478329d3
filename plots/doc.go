// Package plots turns the records of a run into figures: records in, drawings out. It computes no
// statistic. P-values, powers and intervals come from the records as they are, and so do the
// warnings in the captions.
//
// # Gallery
//
// Each function draws one kind of figure; its example shows how, and has its image in testdata.
//
// Of an experiment:
//
//	PowerCurve           power against N_S, with intervals, the oracle and the size
//	GroupPower           the power of each group of statistics alone, besides the whole
//	GroupValues          the p-value of each group for the observed sample
//	NullDistributions    t (and lead) under the null and the strongest alternative, by scale
//	MemberDistributions  the same for the statistics of a member of the test
//
// Of a fit:
//
//	Trajectory1D       the kernels against epoch, next to the densities of the samples
//	Trajectory2D       the paths of the kernels over the rows, in two coordinates
//	History            loss, t and sigma against epoch
//	LogRatio1D         the learned log-ratio and the true one
//	Dynamics           gate entropy, smallest distance of centroids, and forces against epoch
//
// [Animate] shows how a fit was trained, as an animated image and as numbered drawings.
//
// Of what a fit found:
//
//	Where              where the kernels ended, and what they found there
//	Members            the rows around a kernel by distance, and the excess within a distance
//	Marginals          both samples and the reweighted reference, column by column, with pulls
//	ContactSheet       the images of the rows that the kernels hold most of
//
// Of an ablation or a sweep, over its cells:
//
//	PowerArms          the power curves of the arms of one group of a comparison
//	Panels             those of a whole comparison, a panel for each group
//	Ablation           differences in power from the baseline, with their intervals
//	PowerAgainst       power against a swept number, a line for each N_S
//	KernelsFound       bumps found, and crowded kernels, against a swept number
//	HeatMap            power over two swept axes
//
// Of methods that compete, over a comparison with its regret:
//
//	PowerDots          the powers at one N_S, a panel for each group
//	RegretMap          what each method lacks to the best of each group
//	PowerCost          mean power against the time of a toy, with the Pareto front
//
// # Use
//
// Each function returns a [Figure], or an error if a record is empty or misshapen, or holds a
// number that cannot be drawn. [Write] renders one figure in a [Style]: for the screen, a column or
// a page of a paper, or a slide, as PNG, SVG or PDF. [CellFigures] renders all that the records of
// one experiment of a run allow, [FindingsFigures] all that show what was found, and [SweepFigures]
// all that concern several cells; they return the names, titles and captions of what they drew. A
// figure that cannot be drawn is an error of theirs, never a missing figure. Equal records give
// equal bytes.
//
// Colors are those of Okabe and Ito (Color Universal Design, 2008), which remain distinct under the
// common forms of color blindness. Curves that are compared differ in dashes or markers as well,
// and a heat map darkens with the power. The dots of kernels with a coefficient below 0 have a
// white middle. Text is set in Liberation Sans, which comes with gonum/plot.
package plots
