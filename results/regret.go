package results

// Regret says how much power each arm of a comparison lacks compared with the best arm of each
// group. The arms are methods as a rule, and the groups anomalies. Limits are arms that know more
// than a test may know. They do not compete for the best.
type Regret struct {
	// Groups are those of the comparison, in their order.
	Groups []RegretGroup `json:"groups"`
	// Rows are the arms by rising mean regret, followed by the limits in the same order.
	Rows []RegretRow `json:"rows"`
	// Oracle is the regret of the likelihood ratio of the true alternative, the limit of all tests.
	// It is nil if no group knows it.
	Oracle *RegretRow `json:"oracle,omitempty"`
	// Costs hold power against time, first for all arms over the groups that all of them have. If
	// these are not all groups, the second table is for the arms that have every group.
	Costs []Cost `json:"costs,omitempty"`
}

// RegretGroup is what the arms of a group are measured against.
type RegretGroup struct {
	Signal float64 `json:"signal"` // N_S; 0 if no arm has toys with signal
	// Best is the label of the arm of the largest power, the first of several, and Power its power.
	// Best is empty if no competing arm has toys at the signal strength.
	Best  string  `json:"best,omitempty"`
	Power float64 `json:"power"`
	// Oracle is the power of the oracle at the size of the best arm; nil if it is not known.
	Oracle *float64 `json:"oracle,omitempty"`
}

// RegretRow is one arm in all groups.
type RegretRow struct {
	Label string `json:"label"`
	Limit bool   `json:"limit,omitempty"`
	// Regrets hold, for each group, the best power less that of the arm; nil if the arm has no toys
	// there. Only limits have regrets below 0.
	Regrets []*float64 `json:"regrets"`
	// Mean is the mean over the groups that the arm has, and Groups is their number.
	Mean   float64 `json:"mean"`
	Groups int     `json:"groups"`
}

// Cost compares the mean power of arms, over groups that all of them have, with the time that a toy
// takes.
type Cost struct {
	Groups []int     `json:"groups"` // indices into Regret.Groups
	Rows   []CostRow `json:"rows"`   // in the order of Regret.Rows
	// Oracle is the mean power of the oracle over the groups; nil if one of them has none.
	Oracle *float64 `json:"oracle,omitempty"`
}

// CostRow is the mean power of one arm.
type CostRow struct {
	Label string `json:"label"`
	Limit bool   `json:"limit,omitempty"`
	// Power is the mean, and SE its standard error from the numbers of alternative toys. The number
	// of null toys is not part of it.
	Power float64 `json:"power"`
	SE    float64 `json:"se"`
	// Seconds is the geometric mean over the groups of the median time of an alternative toy; 0 if
	// one of the times is not known.
	Seconds float64 `json:"seconds"`
}
