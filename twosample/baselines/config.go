package baselines

import (
	"reflect"

	"sparker/twosample"
)

// Config is the `baselines` block of an experiment: one block for each test that has options, under
// the name of its method.
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

// Default returns the options that the literature uses.
func Default() Config {
	return Config{
		Falkon:            DefaultFalkon(),
		FalkonMulti:       DefaultFalkonMulti(),
		Network:           DefaultNetwork(),
		MMD:               DefaultMMD(),
		NystroemMMD:       DefaultNystroemMMD(),
		Energy:            DefaultEnergy(),
		MMDAgg:            DefaultMMDAgg(),
		MMDFuse:           DefaultMMDFuse(),
		C2ST:              DefaultC2ST(),
		KNN:               DefaultKNN(),
		Mahalanobis:       DefaultMahalanobis(),
		SlicedWasserstein: DefaultSliced(),
		SlicedKS:          DefaultSliced(),
		Binned:            DefaultBinned(),
	}
}

// validator is the options of one test.
type validator interface {
	// Validate reports every impossible value: its key path inside the block, and what is allowed.
	Validate(report func(path, message string))
}

// blocks calls visit for each block, in the order of the fields.
func (c *Config) blocks(visit func(method string, block reflect.Value)) {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		visit(v.Type().Field(i).Tag.Get("yaml"), v.Field(i))
	}
}

// Options returns the options of every test, for a twosample.Setup. The values have the types of
// the fields.
func (c Config) Options() twosample.MethodOptions {
	options := twosample.MethodOptions{}
	c.blocks(func(method string, block reflect.Value) { options[method] = block.Interface() })
	return options
}

// Only returns the config with the defaults of all tests that the options do not hold.
func (c Config) Only(options twosample.MethodOptions) Config {
	only, usual := c, Default().Options()
	only.blocks(func(method string, block reflect.Value) {
		if _, kept := options[method]; !kept {
			block.Set(reflect.ValueOf(usual[method]))
		}
	})
	return only
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c Config) Validate(report func(path, message string)) {
	c.blocks(func(method string, block reflect.Value) {
		block.Interface().(validator).Validate(func(path, message string) {
			report(method+"."+path, message)
		})
	})
}
