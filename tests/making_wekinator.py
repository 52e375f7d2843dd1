"""Projects as Wekinator 2.1.1 writes them, made here."""

from __future__ import annotations

import struct
from pathlib import Path

HEAD = '<?xml version="1.0"?>\n'
KNN = ("KNN", "<numNeighbors>{}</numNeighbors>")
NETWORK = (
    "<numHiddenLayers>{}</numHiddenLayers><hiddenLayerType>{}</hiddenLayerType>"
    "<numNodesPerHiddenLayer>{}</numNodesPerHiddenLayer>"
)


def inputs_xml(*names: str) -> str:
    listed = "\n    ".join(f"<string>{name}</string>" for name in names)
    return f"""{HEAD}<OSCInputGroup>
  <oscMessage>/wek/inputs</oscMessage>
  <numInputs>{len(names)}</numInputs>
  <groupName>Inputs</groupName>
  <inputNames>
    {listed}
  </inputNames>
</OSCInputGroup>"""


def outputs_xml(*outputs: str, host: str = "localhost", port: int = 12000) -> str:
    return f"""{HEAD}<OSCOutputGroup>
  <oscMessage>/wek/outputs</oscMessage>
  <hostName>{host}</hostName>
  <outputPort>{port}</outputPort>
  <outputs class="linked-list">
    {"".join(outputs)}
  </outputs>
</OSCOutputGroup>"""


def class_output(name: str, classes: int, sends: bool = False) -> str:
    return f"""<wekimini.osc.OSCClassificationOutput>
      <name>{name}</name>
      <numClasses>{classes}</numClasses>
      <isSendingDistribution>{str(sends).lower()}</isSendingDistribution>
    </wekimini.osc.OSCClassificationOutput>"""


def numeric_output(name: str, low: float, high: float, kind: str = "REAL", limit: str = "SOFT") -> str:
    return f"""<wekimini.osc.OSCNumericOutput>
      <name>{name}</name>
      <min>{low}</min>
      <max>{high}</max>
      <outputType>{kind}</outputType>
      <limitType>{limit}</limitType>
      <trainingDataLimitRestriction>ENFORCE_LIMITS</trainingDataLimitRestriction>
      <trainingDataIntegerRestriction>DONT_ENFORCE_INTEGER</trainingDataIntegerRestriction>
    </wekimini.osc.OSCNumericOutput>"""


def dtw_output(*names: str) -> str:
    called = "".join(f"<string>{name}</string>" for name in names)
    messages = "".join(f"<string>/{name}</string>" for name in names)
    return f"""<wekimini.osc.OSCDtwOutput>
      <name>output</name>
      <numGestures>{len(names)}</numGestures>
      <gestureNames>{called}</gestureNames>
      <gestureOscMessages>{messages}</gestureOscMessages>
      <outputOscMessage>output</outputOscMessage>
    </wekimini.osc.OSCDtwOutput>"""


def path_xml(builder: str, settings: str, output: str, inputs: tuple[str, ...], record: bool = True) -> str:
    listed = "".join(f"<string>{name}</string>" for name in inputs)
    return f"""<Path>
  <modelBuilder class="wekimini.learning.{builder}ModelBuilder">{settings}</modelBuilder>
  <output class="wekimini.osc.OSCNumericOutput">
    <name>{output}</name>
  </output>
  <inputNames class="linked-list">{listed}</inputNames>
  <modelState>BUILT</modelState>
  <recordEnabled>{str(record).lower()}</recordEnabled>
  <runEnabled>true</runEnabled>
</Path>"""


def java(text: str) -> bytes:
    """A Java object stream that begins with a text; what follows is never looked at."""
    data = text.encode()
    length = b"t" + struct.pack(">H", len(data)) if len(data) < 65536 else b"|" + struct.pack(">Q", len(data))
    return b"\xac\xed\x00\x05" + length + data + b"t\x00\x1awekimini.learning.KNNModelsr\x00\xff\xff"


ARFF_HEAD = """@relation dataset

@attribute ID numeric
@attribute Time date 'yyyy/MM/dd HH:mm:ss:SSS'
@attribute 'Training round' numeric
"""
CLASSES_ARFF = (
    ARFF_HEAD
    + """@attribute inputs-1 numeric
@attribute inputs-2 numeric
@attribute outputs-1 {0,1,2,3}
@attribute outputs-2 {0,1,2,3}
@attribute outputs-3 numeric

@data
1,'2026/11/21 07:18:34:691',0,1.156158,-1.060818,1,1,3
2,'2026/11/21 07:18:34:742',0,1.890877,-2.062454,2,?,6
3,'2026/11/21 07:18:34:753',0,2.888172,-3.165832,3,3,9
4,'2026/11/21 07:18:36:053',1,0.811784,-0.994074,1,0,?
5,'2026/11/21 07:18:36:153',1,1.959159,-1.971229,2,2,6.25
6,'2026/11/21 07:18:36:253',1,3,-3.095581,3,3,9
"""
)
NAMES = ("inputs-1", "inputs-2")


def put(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def wekproj(name: str, port: int = 6448) -> str:
    return (
        f"{HEAD}<WekinatorFileData>\n  <oscReceivePort>{port}</oscReceivePort>\n"
        f"  <projectName>{name}</projectName>\n</WekinatorFileData>"
    )


def classes_project(folder: Path) -> Path:
    """Two classifiers and a whole number, as a project of Wekinator."""
    network = path_xml("NeuralNet", NETWORK.format(2, "NUMBER", 7), "outputs-3", NAMES)
    put(
        folder,
        {
            "P.wekproj": wekproj("P", 6450),
            "inputConfig.xml": inputs_xml(*NAMES),
            "outputConfig.xml": outputs_xml(
                class_output("outputs-1", 3),
                class_output("outputs-2", 3, sends=True),
                numeric_output("outputs-3", 0.0, 10.0, "INTEGER", "HARD"),
            ),
            "current/currentData.arff": CLASSES_ARFF,
            "current/models/model0.xml": java(path_xml("KNN", KNN[1].format(4), "outputs-1", NAMES[1:])),
            "current/models/model1.xml": java(path_xml("J48", "", "outputs-2", NAMES, record=False)),
            "current/models/model2.xml": java(network),
        },
    )
    return folder / "P.wekproj"


def series_xml(values: list[list[float]]) -> str:
    points = "".join(
        "<com.timeseries.TimeSeriesPoint><measurements>"
        + "".join(f"<double>{value}</double>" for value in row)
        + "</measurements><hashCode>7</hashCode></com.timeseries.TimeSeriesPoint>"
        for row in values
    )
    inner = f"<labels><string>Time</string></labels><tsArray>{points}</tsArray>"
    return (
        f"<wekimini.learning.dtw.DtwExample><timeSeries>{inner}</timeSeries>"
        f"<downsampledTimeSeries>{inner}</downsampledTimeSeries><gestureClass>0</gestureClass><id>1</id>"
        "</wekimini.learning.dtw.DtwExample>"
    )


def dtw_model(
    groups: list[list[list[list[float]]]], active: str = "true,false", policy: str = "BY_CONSTANT_FACTOR"
) -> str:
    lists = "".join(f"<linked-list>{''.join(map(series_xml, group))}</linked-list>" for group in groups)
    on = "".join(f"<boolean>{word}</boolean>" for word in active.split(","))
    return f"""{HEAD}<DtwModel>
  <isGestureActive>{on}</isGestureActive>
  <data><numGestures>{len(groups)}</numGestures><allExamples>{lists}</allExamples></data>
  <settings>
    <minAllowedGestureLength>6</minAllowedGestureLength>
    <hopSizeForContinuousSearch>2</hopSizeForContinuousSearch>
    <matchWidth>7</matchWidth>
    <downsampleFactor>3</downsampleFactor>
    <runningType>LABEL_ONCE_PER_RECORD</runningType>
    <minimumLengthRestriction>SET_CONSTANT</minimumLengthRestriction>
    <downsamplePolicy>DOWNSAMPLE_{policy}</downsamplePolicy>
    <downsampleMaxLength>12</downsampleMaxLength>
  </settings>
  <matchThreshold>2.5</matchThreshold>
  <selectedInputs><boolean>true</boolean><boolean>false</boolean></selectedInputs>
</DtwModel>"""


DTW_CSV = (
    "# First field is # dimensions of each datapoint, 2nd is gesture class, Next fields are raw time series in order"
    " t_f1[0], t_f2[0], t_f3[0] etc. where f1, f2, etc are features and [0] is time\n"
    "2,1,0.1,0.2,0.2,0.3,0.3,0.4,\n"
    "2,1,0.5,0.25,0.5,0.5,\n"
    "2,2,0.30000000000000004,0.2,1.0E-5,-7.0,\n"
)


def dtw_project(folder: Path, model: str = "", csv: str = DTW_CSV) -> Path:
    """Two gestures by time warping, as a project of Wekinator."""
    files: dict[str, str | bytes] = {
        "D.wekproj": wekproj("D"),
        "inputConfig.xml": inputs_xml(*NAMES),
        "outputConfig.xml": outputs_xml(dtw_output("output_1", "output_2")),
    }
    if csv:
        files["current/currentData.csv"] = csv
    if model:
        files["current/models/model1.xml"] = model
    put(folder, files)
    return folder / "D.wekproj"
