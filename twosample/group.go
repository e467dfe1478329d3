package twosample

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sparker/stats"
)

// GroupConfig is an element of `test.groups`: statistics that are combined with each other first.
type GroupConfig struct {
	// Name identifies the group in results. It is made of the members and the statistics if it is
	// left out.
	Name string `yaml:"name"`
	// Members lists the tests whose statistics are in the group, by name. The name of `test.method`
	// stands for that test. An empty list stands for all.
	Members []string `yaml:"members"`
	// Statistics lists the statistics of these tests that are in the group, such as t, lead or "t,
	// ridge 0.03". An empty list stands for all.
	Statistics []string `yaml:"statistics"`
	// Weight is the weight of the group among the groups. Weights are relative to their mean. 0
	// stands for 1.
	Weight float64 `yaml:"weight"`
	// Combine is the combination of the p-values within the group. It is that of `test.combine` if
	// it is left out.
	Combine string `yaml:"combine"`
}

// title returns the name of the group.
func (g GroupConfig) title() string {
	words := strings.Join(g.Members, "+")
	if len(g.Statistics) > 0 {
		words += "/" + strings.Join(g.Statistics, "+")
	}
	return cmp.Or(g.Name, words, "all")
}

// Grouping says how the statistics of a method and its members are combined.
type Grouping struct {
	// Combine is the combination within a group that does not name its own.
	Combine stats.Combination
	// Across is the combination of the p-values of the groups. The empty word stands for Harmonic.
	Across stats.Combination
	// Groups are the groups. Without any, the statistics of every test form one.
	Groups []GroupConfig
}

// Of returns the groups of the statistics of a method and its members. The statistics of a test
// without members and groups are combined at once. Statistics in no group are not combined.
//
// It returns an error for a group without statistics, a member or a statistic that does not exist,
// and names that are not unique.
func (g Grouping) Of(method string, scales []StatisticScale) (stats.Group, error) {
	joined := columns{own: method, scales: scales}
	tests, groups := joined.tests(), g.Groups
	if len(groups) == 0 && len(tests) == 1 {
		whole := stats.Group{Combine: g.Combine}
		for i := range scales {
			whole.Columns = append(whole.Columns, i)
		}
		return whole, nil
	}
	if len(groups) == 0 {
		for _, name := range tests {
			groups = append(groups, GroupConfig{Members: []string{name}})
		}
	}
	whole := stats.Group{Combine: cmp.Or(g.Across, stats.Harmonic)}
	var titles []string
	for _, config := range groups {
		config.Combine = cmp.Or(config.Combine, string(g.Combine))
		inner, err := joined.group(config)
		if err != nil {
			return stats.Group{}, err
		}
		if slices.Contains(titles, inner.Name) {
			return stats.Group{}, fmt.Errorf("twosample: two groups are called %q", inner.Name)
		}
		titles = append(titles, inner.Name)
		whole.Groups = append(whole.Groups, inner)
	}
	return whole, nil
}

// columns are the statistics of a method and of its members.
type columns struct {
	own    string // the name of the method
	scales []StatisticScale
}

// test returns the name of the test of a column.
func (c columns) test(s StatisticScale) string { return cmp.Or(s.Member, c.own) }

// statistic returns the name of the statistic of a column.
func statistic(s StatisticScale) string { return cmp.Or(s.Statistic, StatisticT) }

// tests returns the names of the tests, the method first.
func (c columns) tests() []string { return distinctNames(c.scales, c.test) }

func distinctNames(scales []StatisticScale, name func(s StatisticScale) string) []string {
	var names []string
	for _, s := range scales {
		if n := name(s); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// group returns the columns of a group.
func (c columns) group(g GroupConfig) (stats.Group, error) {
	result := stats.Group{Name: g.title(), Weight: g.Weight,
		Combine: stats.Combination(g.Combine)}
	in := slices.DeleteFunc(slices.Clone(c.scales), func(s StatisticScale) bool {
		return len(g.Members) > 0 && !slices.Contains(g.Members, c.test(s))
	})
	for _, list := range []struct {
		what          string
		wanted, known []string
	}{{"test", g.Members, c.tests()}, {"statistic", g.Statistics, distinctNames(in, statistic)}} {
		for _, name := range list.wanted {
			if !slices.Contains(list.known, name) {
				return stats.Group{}, fmt.Errorf("twosample: group %s: unknown %s %q; want one of "+
					"%s", result.Name, list.what, name, strings.Join(list.known, "; "))
			}
		}
	}
	for i, s := range c.scales {
		if slices.Contains(in, s) &&
			(len(g.Statistics) == 0 || slices.Contains(g.Statistics, statistic(s))) {
			result.Columns = append(result.Columns, i)
		}
	}
	return result, nil
}
