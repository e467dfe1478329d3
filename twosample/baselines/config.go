package baselines

import "reflect"

// Options are what the tests beside SparKer can be told: one block for each test that has something
// to be told, under the name that configs call it.
type Config struct {
	Falkon            FalkonConfig      `yaml:"falkon"`
	FalkonMulti       FalkonConfig      `yaml:"falkon_multi"`
	Network           NetworkConfig     `yaml:"network"`
	MMD               MMDConfig         `yaml:"mmd"`
	NystroemMMD       NystroemMMDConfig `yaml:"nystroem_mmd"`
	Energy            EnergyConfig      `yaml:"energy"`
	MMDAgg            MMDAggConfig      `yaml:"mmdagg"`
	MMDFuse           MMDFuseConfig     `yaml:"mmdfuse"`
	C2ST              C2STConfig        `yaml:"c2st"`
	KNN               KNNConfig         `yaml:"knn"`
	Mahalanobis       MahalanobisConfig `yaml:"mahalanobis"`
	SlicedWasserstein SlicedConfig      `yaml:"sliced_wasserstein"`
	SlicedKS          SlicedConfig      `yaml:"sliced_ks"`
	Binned            BinnedConfig      `yaml:"binned"`
}

// Default are the literature's defaults of all tests.
func Default() Config {
	o := Config{Falkon: DefaultFalkon(), FalkonMulti: with(DefaultFalkon,
		func(c *FalkonConfig) { c.Percentiles = MultiScalePercentiles })(),
		Network: DefaultNetwork()}
	for _, b := range Baselines() {
		if block := o.block(b.Name); block.IsValid() {
			block.Set(reflect.ValueOf(b.Default()).Elem())
		}
	}
	return o
}

// block is the field under a test's name; it is not valid where the test has none.
func (o *Config) block(name string) reflect.Value {
	v := reflect.ValueOf(o).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == name {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// Of is the block of a baseline, for Baseline.New: nil, which stands for the default, where the
// test has none.
func (o Config) Of(name string) BaselineConfig {
	if block := o.block(name); block.IsValid() {
		c, _ := block.Addr().Interface().(BaselineConfig)
		return c
	}
	return nil
}

// Only are the options with the defaults of all other tests.
func (o Config) Only(name string) Config {
	only := Default()
	if block := o.block(name); block.IsValid() {
		only.block(name).Set(block)
	}
	return only
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (o Config) Validate(report func(path, message string)) {
	v := reflect.ValueOf(o)
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		o.Of(name).Validate(func(path, message string) { report(name+"."+path, message) })
	}
}
