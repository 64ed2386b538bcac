/** What CDK writes for an Auto Scaling group behind a capacity provider. */
export const groupTemplate = (launchTemplateData: object = {}) => ({
  Cluster: { Type: "AWS::ECS::Cluster" },
  LaunchTemplate: {
    Type: "AWS::EC2::LaunchTemplate",
    Properties: {
      LaunchTemplateData: {
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, VolumeSize: 30 } }],
        ImageId: "ami-0123456789abcdef0",
        InstanceType: "m7g.large",
        MetadataOptions: { HttpTokens: "required" },
        UserData: {
          "Fn::Base64": {
            "Fn::Join": [
              "",
              ["#!/bin/bash\necho ECS_CLUSTER=", { Ref: "Cluster" }, " >> /etc/ecs/ecs.config"],
            ],
          },
        },
        ...launchTemplateData,
      },
    },
  },
  Group: {
    Type: "AWS::AutoScaling::AutoScalingGroup",
    Properties: {
      LaunchTemplate: {
        LaunchTemplateId: { Ref: "LaunchTemplate" },
        Version: { "Fn::GetAtt": ["LaunchTemplate", "LatestVersionNumber"] },
      },
      VPCZoneIdentifier: ["subnet-1", "subnet-2"],
      MaxSize: "3",
      MinSize: "1",
      MetricsCollection: [{ Granularity: "1Minute" }],
      NewInstancesProtectedFromScaleIn: true,
    },
  },
  Provider: {
    Type: "AWS::ECS::CapacityProvider",
    Properties: {
      AutoScalingGroupProvider: {
        AutoScalingGroupArn: { Ref: "Group" },
        ManagedDraining: "ENABLED",
        ManagedScaling: { Status: "ENABLED", TargetCapacity: 100 },
        ManagedTerminationProtection: "ENABLED",
      },
    },
  },
  Associations: {
    Type: "AWS::ECS::ClusterCapacityProviderAssociations",
    Properties: {
      Cluster: { Ref: "Cluster" },
      CapacityProviders: [{ Ref: "Provider" }],
      DefaultCapacityProviderStrategy: [],
    },
  },
});
